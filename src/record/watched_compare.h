/* The look at places at a run's end. */
#ifndef WT_RECORD_WATCHED_COMPARE_H
#define WT_RECORD_WATCHED_COMPARE_H

#include "record/ledger.h"

struct preimages;
struct remote_mounts;

/*
 * What is in the ledger's places now is compared with what was in them: each path that differs, and that no call of the run
 * has changed, gets an entry with its state before.  Contents that are as they were are not kept any longer; contents is NULL
 * for a replayed run, of which all stay.
 */
void watched_compare(struct ledger *l, struct remote_mounts *remote, const char *history, struct preimages *contents);

#endif
