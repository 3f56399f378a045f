/* The public views, all of them alike: what goes out of a history as rows. */
#ifndef WT_STORE_QUERY_VIEW_H
#define WT_STORE_QUERY_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/cursor.h"

enum view {
	VIEW_RUNS, VIEW_PROCESSES, VIEW_CHANGES, VIEW_WRITES, VIEW_CONNECTIONS, VIEW_BLIND_SPOTS, VIEW_NOTABLE,
	VIEW_OUTCOMES,
	VIEW_COUNT
};
extern const char *const view_names[VIEW_COUNT];

/*
 * The rows of a run in a view, with all its columns; of runs with one more, of_uuids: the uuids of the runs in
 * of_run, with commas.  *out is the caller's until cursor_close().  0, or -1 with e set.
 */
int query_view(struct store *s, enum view view, int64_t run_id, struct cursor **out, struct err *e);

/* How many paths the rows of these runs name.  0, or -1 with e set. */
int query_count_paths(struct store *s, const int64_t *ids, size_t n_ids, int64_t *n, struct err *e);

#endif
