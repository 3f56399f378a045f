/* Kept contents that no run needs any more. */
#ifndef WT_CMD_PRUNE_SWEEP_H
#define WT_CMD_PRUNE_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

struct sweep {
	struct store *store;
	bool dry;		/* remove nothing, count what would be removed */
	int64_t bound_ns;	/* what was put at or after it may be about to be referred to: it stays */
	int64_t n_removed;
	int64_t bytes_removed;	/* on the disk */
	int64_t bytes_left;
	struct err *err;
};

/*
 * Begin with this before any row is looked at: whoever has put a content and does not refer to it yet in the
 * history is a run that has not ended, or that begins later.  0, or -1 with e set.
 */
int sweep_begin(struct sweep *w, struct store *s, bool dry, struct err *e);

/* Remove all contents that no run keeps, and copies in the making that were given up.  0, or -1 with e set. */
int sweep_all(struct sweep *w, struct err *e);

/* No run but this one keeps what it keeps alone: take that away, after prune_contents() has been committed. */
struct sole_contents;
int sweep_sole_contents_of(struct sole_contents **out, struct store *s, int64_t run_id, struct err *e);
int sweep_sole(struct sweep *w, const struct sole_contents *sole, struct err *e);
void sweep_sole_contents_free(struct sole_contents *sole);

#endif
