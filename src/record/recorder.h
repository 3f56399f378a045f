/*
 * The sink of the tracer's events: from calls to a ledger, its journal, and rows in the history.
 *
 *     enter   what the paths are now is in the journal before the call goes on
 *     leave   the outcome is counted; what a success did to names and objects is followed
 *     tick    what has come together goes to the history in one short transaction
 *     finish  states after the run are compared with those before: the rows of `changes`
 */
#ifndef WT_RECORD_RECORDER_H
#define WT_RECORD_RECORDER_H

#include <stdbool.h>

#include "record/finish.h"
#include "record/ledger.h"
#include "record/preimage.h"
#include "base/err.h"
#include "event.h"
#include "store/store.h"
#include "store/run.h"

struct remote_mounts;

struct recorder;

struct recorder_options {
	bool no_args;		/* program names alone are kept */
	bool find_links;	/* finish.h */
	bool whole;		/* finish.h */
	bool packages;		/* finish.h */
	struct preimage_rules pre_images;
	int64_t watch_bytes;	/* of what is watched, files up to so much are kept beforehand */
	const struct remote_mounts *remote;	/* not to be touched while the run goes on; NULL: all may be.  Borrowed. */
	/* called for each path when it is first written; NULL: nobody wants to know */
	void (*first_write)(void *context, const char *path, enum op op);
	/* called for each open for writing that succeeds, and each file that was found open; NULL: nobody wants to know */
	void (*opened)(void *context, const char *path, const char *program);
	/* called for each connection or socket when it is first made or refused; NULL: nobody wants to know */
	void (*connected)(void *context, const struct connection *c, int error);
	/* called at the end for each row of `changes`, in byte order; or NULL */
	void (*row)(void *context, const char *path, const struct row_change *row);
	/* called then for each subject that a person should look at, the gravest first; or NULL */
	void (*look)(void *context, const char *path, const char *reason);
	/*
	 * Called with the tally before the states of the file that late names (by device and number) are
	 * taken: what is still to be written there belongs to the run.  It counts as created or modified.
	 */
	void (*summarize)(void *context, const struct tally_sheet *tally);
	const struct stat *late;	/* NULL: there is none */
	void *context;
};

/*
 * Begin a run: its journal, its row in the history.  The store must outlive the recorder.
 * 0, or -1 with e set.
 */
int recorder_begin(struct recorder **out, struct store *store, const struct run_start *start,
		   const struct recorder_options *options, struct err *e);

/* The run never came about: nothing of it stays. */
void recorder_discard(struct recorder *r);

/* Where the tracer's events go. */
const struct event_sink *recorder_sink(struct recorder *r);

/* A name that no call acts on, but that belongs with those of the run: another one of a file that loses one. */
void recorder_meet(struct recorder *r, const struct target *t);

/* What is at or below path, canonical, is compared at the end with what it is now, whoever changes it. */
void recorder_watch(struct recorder *r, const char *path);

/* Why the states before the call that was entered last are not all known: an errno; 0: they are. */
int recorder_missed(const struct recorder *r);

/* What is known so far goes to the journal at once: before a tracee goes on, for one. */
void recorder_secure(struct recorder *r);
int64_t recorder_run_id(const struct recorder *r);
const struct ledger *recorder_ledger(const struct recorder *r);
void recorder_command_ended(struct recorder *r, int status, int64_t ended_ns);

/*
 * Compare, write the rows, close the run as state says (complete, interrupted), remove the journal.
 * 0, or -1 with e set: what cannot be stored stays in the journal; *tally is filled as far as it goes either way.
 */
int recorder_finish(struct recorder *r, enum run_state state, struct tally_sheet *sheet, struct err *e);

/*
 * Behind a recorder_finish() that failed: see to it that the journal is somewhere.  *file is its path, for the caller to
 * free; *contents the directory of the old contents where they are not beside the history, or NULL.
 * 0, or -1 with e set and *file NULL: it is nowhere.
 */
int recorder_save(struct recorder *r, char **file, char **contents, struct err *e);

void recorder_free(struct recorder *r);

#endif
