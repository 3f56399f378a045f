/* What runs did to paths, with all that is known of both sides: what verify, undo, uninstall and prune work from. */
#ifndef WT_STORE_QUERY_STATE_H
#define WT_STORE_QUERY_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "event.h"
#include "store/cursor.h"
#include "store/rows.h"

/* A row of the table change.  What it points at is owned; before.ctime_ns is 0, after.ctime_ns where it is unknown. */
struct state_row {
	int64_t run_id;
	int64_t run_ended_ns;	/* 0: unknown */
	int64_t path_id;
	char *path;
	enum change_class class;
	char *renamed_from;	/* NULL: the object was not elsewhere before the run */
	int64_t process_id;	/* 0: unknown */
	enum old_content old_content;
	unsigned disturbed;	/* DISTURBED_* */
	bool caller_log;	/* the command's own standard output or error went there: nothing to take back */
	bool doubtful;		/* a blind spot is about the path */
	struct file_state before, after;
};

/*
 * All rows of these runs, also those of the classes unchanged, transient and parent, by path in byte order and
 * then in the order of the runs.  Runs that have not ended have none.  Read with query_state_next(); *out is the
 * caller's until cursor_close().  0, or -1 with e set.
 */
int query_states_of(struct store *s, const int64_t *ids, size_t n, struct cursor **out, struct err *e);

/* All rows of one path in runs that were made here, the run that ended last first. */
int query_states_at(struct store *s, int64_t path_id, struct cursor **out, struct err *e);

/* The rows of a run that say that their objects were at this path before it. */
int query_states_moved(struct store *s, int64_t run_id, int64_t path_id, struct cursor **out, struct err *e);

/* The row of a run for a path: 1, 0 where the run has none, -1 with e set. */
int query_state_of_path(struct store *s, int64_t run_id, const char *path, struct state_row *row, struct err *e);

/*
 * 1 with *row filled, 0 at the end, -1 with e set: ERR_INPUT for a row that no run of ours can have written.
 * *row is to be zeros or released before; query_state_release() after a 1.
 */
int query_state_next(struct cursor *c, struct state_row *row, struct err *e);
void query_state_release(struct state_row *row);

#endif
