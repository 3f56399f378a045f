/* Why a process that runs already can or cannot be traced. */
#ifndef WT_TRACE_ATTACH_PERMIT_H
#define WT_TRACE_ATTACH_PERMIT_H

#include <sys/types.h>

#include "base/err.h"

/* What can be known before it is tried: there is such a process, not a kernel thread, and not us.  0, or -1 with e set. */
int attach_permit_check(pid_t pid, struct err *e);

/* PTRACE_SEIZE of pid has failed with the error why: fill e with what forbids it and what would permit it.  Returns -1. */
int attach_permit_explain(pid_t pid, int why, struct err *e);

/* What refuses a tracer its own command with EACCES; -1. */
int attach_permit_blame_module(struct err *e);

#endif
