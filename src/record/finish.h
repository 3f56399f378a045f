/*
 * The closing phase of a run: each path as it is now against what it was before, and the rows that come
 * of it.  Live runs and replayed journals end here alike.
 */
#ifndef WT_RECORD_FINISH_H
#define WT_RECORD_FINISH_H

#include <stdint.h>

#include "file/change.h"
#include "record/ledger.h"
#include "record/preimage.h"
#include "base/err.h"
#include "store/run.h"
#include "store/store.h"
#include "store/rows.h"

/* How a run ended, for its summary. */
struct tally_sheet {
	int64_t count[CHANGE_COUNT];
	int64_t blind_spots;
	int64_t ended_ns;
	int exit_status;	/* -1: none */
	int exit_signal;	/* 0: none */
	int64_t n_kept;		/* old contents that rows refer to, each counted once */
	int64_t bytes_kept;	/* and their length */
};

/* What a run's end is to be made of. */
struct finish {
	struct store *store;
	int64_t run_id;
	int64_t ended_ns;	/* when the last tracee ended */
	/* it has not: what it has done by now is to be known, ended_ns is 0, and the store has its own rows (interim.h) */
	bool so_far;
	bool find_links;	/* seek other names of hard links on the whole mount */
	/* rather fail, and leave it to a replay of the journal, than end without the state of a path that a fault hides */
	bool whole;
	bool packages;		/* ask package managers whose files the run has changed (notable.h) */
	struct preimages *contents;	/* what no row refers to is dropped; NULL: for a replayed run all stays */
	/* for each row of `changes`, in byte order; NULL: nobody wants to know */
	void (*row)(void *context, const char *path, const struct row_change *row);
	/* then for each subject that a person should look at, the gravest first; NULL: nobody wants to know */
	void (*look)(void *context, const char *path, const char *reason);
	/* with the tally, before the state of the path late is taken; NULL: nobody wants to know */
	void (*summarize)(void *context, const struct tally_sheet *tally);
	const struct stat *late;	/* a file that summarize may write to; NULL: none */
	void *context;
};

/* Take the states after the run, write `changes`, close the run's row.  0, or -1 with e set. */
int finish_run(struct ledger *l, const struct finish *f, enum run_state state, struct tally_sheet *sheet,
	       struct err *e);

#endif
