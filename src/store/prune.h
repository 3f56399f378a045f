/* Forgetting: runs with all their rows, or what they say of kept contents. */
#ifndef WT_STORE_PRUNE_H
#define WT_STORE_PRUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "store/store.h"
#include "store/cursor.h"

/* Each of these belongs inside a transaction.  0, or -1 with e set. */

/* Forget a run: its rows, and the paths that no other run has met. */
int prune_run(struct store *s, int64_t run_id, struct err *e);
/* From now on none of its old contents counts as kept. */
int prune_contents(struct store *s, int64_t run_id, struct err *e);

/*
 * Runs that have ended, oldest first: id, name (NULL: none), when it ended, how many contents it keeps,
 * when it started, its command.  *out is the caller's until cursor_close().
 */
int prune_runs(struct store *s, struct cursor **out, struct err *e);

/* The contents that this run keeps and no other: their digests.  *out is the caller's until cursor_close(). */
int prune_sole_contents(struct store *s, int64_t run_id, struct cursor **out, struct err *e);
/* The digest in a row of it; false where there is none. */
bool prune_digest(const struct cursor *c, struct digest *out);

/* Whether any run keeps this content: 1, 0, or -1 with e set. */
int prune_is_kept(struct store *s, const struct digest *d, struct err *e);

/* When the first of the runs that have not ended began: 1 with *ns set, 0 where there is none, -1 with e set. */
int prune_oldest_running(struct store *s, int64_t *ns, struct err *e);

/*
 * Outside of any transaction: give what is free in the file back to the file system, if it is a tenth of it or more;
 * the file is written anew for that.  *bytes is by how much it has become smaller.  0, or -1 with e set (ERR_BUSY,
 * or no room for a second copy): then it keeps its size, and new rows use what is free.
 */
int prune_compact(struct store *s, int64_t *bytes, struct err *e);

#endif
