/*
 * The closing phase of a run: each path as it is now against what it was before, and the rows that come
 * of it.  Live runs and replayed journals end here alike.
 */
#ifndef WT_AUDIT_FINISH_H
#define WT_AUDIT_FINISH_H

#include <stdint.h>

#include "audit/classify.h"
#include "audit/ledger.h"
#include "base/err.h"
#include "store/db.h"
#include "store/rows.h"

/* How a run ended, for its summary. */
struct tally_sheet {
	int64_t count[CHANGE_COUNT];
	int64_t blind_spots;
	int64_t ended_ns;
	int exit_status;	/* -1: none */
	int exit_signal;	/* 0: none */
};

/*
 * Take the states after the run and write `changes`.  Called for each row after it was written, in byte order; NULL: nobody wants to know.
 */
struct finish {
	struct store *store;
	int64_t run_id;
	int64_t ended_ns;	/* when the last tracee ended */
	void (*row)(void *context, const char *path, const struct row_change *row);
	void *context;
};

int finish_changes(struct ledger *l, const struct finish *f, struct tally_sheet *sheet, struct err *e);

/* Write rows for what the ledger has gathered: images, tallies, blind spots.  One transaction. */
int flush_rows(struct ledger *l, struct store *s, int64_t run_id, struct err *e);

/* Close the run's row. */
int finish_run(struct ledger *l, const struct finish *f, const char *state, struct tally_sheet *sheet,
	       struct err *e);

#endif
