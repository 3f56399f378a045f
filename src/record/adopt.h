/*
 * Journals that are given by name: what a history could not store, or never got.  Where the history does not
 * have the run it is made known first; then it is replayed like that of any dead run.
 */
#ifndef WT_RECORD_ADOPT_H
#define WT_RECORD_ADOPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/*
 * Whether a journal can be taken: it is the caller's own, and of a run on this machine, since its states after the run
 * are looked up here.  0, or -1 with e set (ERR_BUSY: the run is going on).
 */
int adopt_check(const char *file, struct err *e);

/*
 * Take it.  The journal is removed when all of it is in the history.  *here: the run has been in the history,
 * complete; nothing was done.  check_name says whether a run may have a name.  0, or -1 with e set.
 */
int adopt_journal(struct store *s, const char *file, int (*check_name)(const char *name, struct err *e),
		  int64_t *run_id, bool *here, struct err *e);

#endif
