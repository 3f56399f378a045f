/*
 * Dead runs: their tracer is gone, their journal is still there.  It is read back through the same ledger,
 * the states after the run are taken as they are found, and the run is closed as interrupted.  So are journals that are
 * given by name: what a history could not store, or never got; where it does not have the run it is made known first.
 */
#ifndef WT_RECORD_RECOVER_H
#define WT_RECORD_RECOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "record/finish.h"
#include "base/err.h"
#include "store/store.h"

/* The history had the whole run already; only the journal had to go. */
enum { RECOVER_ENDED = 1 };

/*
 * Replay one run's journal into the history and remove it.  at_once: its end has been witnessed just now,
 * so that the states found are those it left; else a blind spot says otherwise.  run_id and sheet may be
 * NULL.  0, RECOVER_ENDED (*sheet is as it was), or -1 with e set (ERR_BUSY: its tracer lives; ERR_NOT_FOUND:
 * no such journal).
 */
int recover_run(struct store *s, const char *uuid, bool at_once, int64_t *run_id, struct tally_sheet *sheet,
		struct err *e);

/*
 * The same of a journal that lies anywhere; the history must have the run.  Old contents that lie beside it, BASE.objects
 * of BASE.journal (refuge.h), go into the history's store, and are removed with the journal.
 */
int recover_file(struct store *s, const char *file, bool at_once, int64_t *run_id, struct tally_sheet *sheet,
		 struct err *e);

/* Replay all dead runs of a history.  What fails is said on standard error and stays as it is. */
void recover_all(struct store *s);

/*
 * Whether a journal can be taken: it is the caller's own, and of a run on this machine, since its states after the run
 * are looked up here.  0, or -1 with e set (ERR_BUSY: the run is going on).
 */
int recover_check_given(const char *file, struct err *e);

/*
 * Take it.  The journal is removed when all of it is in the history.  *here: the run has been in the history,
 * complete; nothing was done.  check_name says whether a run may have a name.  0, or -1 with e set.
 */
int recover_given(struct store *s, const char *file, int (*check_name)(const char *name, struct err *e),
		  int64_t *run_id, bool *here, struct err *e);

#endif
