/*
 * Dead runs: their tracer is gone, their journal is still there.  It is read back through the same ledger,
 * the states after the run are taken as they are found, and the run is closed as interrupted.
 */
#ifndef WT_RECORD_RECOVER_H
#define WT_RECORD_RECOVER_H

#include <stdbool.h>

#include "record/finish.h"
#include "base/err.h"
#include "store/store.h"

/* The blind spot of a run whose end nobody saw: what it left may have been changed before it was looked at. */
extern const char replay_unseen[];

/* The history had the whole run already; only the journal had to go. */
enum { REPLAY_ENDED = 1 };

/*
 * Replay one run's journal into the history and remove it.  at_once: its end has been witnessed just now,
 * so that the states found are those it left; else a blind spot says otherwise.  run_id and sheet may be
 * NULL.  0, REPLAY_ENDED (*sheet is as it was), or -1 with e set (ERR_BUSY: its tracer lives; ERR_NOT_FOUND:
 * no such journal).
 */
int recover_run(struct store *s, const char *uuid, bool at_once, int64_t *run_id, struct tally_sheet *sheet,
		struct err *e);

/* The same of a journal that lies anywhere; the history must have the run. */
int recover_file(struct store *s, const char *file, bool at_once, int64_t *run_id, struct tally_sheet *sheet,
		 struct err *e);

/* Replay all dead runs of a history.  What fails is said on standard error and stays as it is. */
void recover_all(struct store *s);

#endif
