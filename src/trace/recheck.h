/*
 * After a success: whether the call was about what was looked at before it (trace/witness.h), and what is to be told
 * where it was not.  It is looked up again then; what that does not explain, and no other call of the run, is a blind
 * spot `race`.
 */
#ifndef WT_TRACE_RECHECK_H
#define WT_TRACE_RECHECK_H

#include "trace/tracee.h"
#include "trace/witness.h"

/* Before t's success is told.  WITNESS_DENIES: the call has not done what it was foreseen to do. */
enum testimony recheck_hear(struct tracee *t);

/* When it has been told. */
void recheck_settle(struct tracee *t, enum testimony said);

/* A success of a call whose arguments could not be read when it was entered. */
void recheck_unread(struct tracee *t);

#endif
