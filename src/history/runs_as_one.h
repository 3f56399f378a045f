/* What runs did to each path, taken as one: its state before the first of them and after the last. */
#ifndef WT_HISTORY_RUNS_AS_ONE_H
#define WT_HISTORY_RUNS_AS_ONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file/change.h"
#include "history/origin.h"
#include "base/err.h"
#include "event.h"
#include "store/store.h"
#include "store/query_state.h"

/* A path.  What it points at is owned. */
struct path_change {
	int64_t path_id;
	char *path;
	enum change_class class;	/* of before and after; CHANGE_PARENT where each run said so */
	unsigned differs;
	struct file_state before, after;
	char *renamed_from;		/* where the object was before, by the first of them; NULL: not elsewhere */
	int64_t process_id;		/* who changed it last; 0: unknown */
	int64_t first_run, last_run;	/* those of the runs that have a row for the path */
	int64_t last_ended_ns;		/* when the last one ended; 0: unknown */
	bool parent_only;		/* each run met it as the directory of a name alone */
	bool kept_content;		/* each run let the content alone, by its own word */
	bool last_kept_content;		/* the last one did */
	bool doubtful;			/* a blind spot of theirs is about it */
	bool caller_log;		/* the output of a command of theirs went there: nothing to take back */
	unsigned disturbed;		/* DISTURBED_* of the last one */
	bool by_undos;			/* no run but undos of the others has a row for it */
};

/*
 * Whether a file that one run left and another found was let alone in between, as far as its size, time and what is
 * known of its content tell.
 */
bool runs_as_one_untouched(const struct file_state *left, const struct file_state *found);

/* Whether a run let the content alone, by the class that it gave the path. */
bool runs_as_one_keeps_content(const struct state_row *row);

/* All zeros, but for what the caller wants. */
struct runs_as_one {
	const int64_t *undos;		/* those of the runs that are earlier undos of the others */
	size_t n_undos;
	struct origins *origins;	/* filled on the way, whole at the end; NULL: not wanted */
	/* its own */
	struct cursor *cursor;
	struct state_row row;		/* the next one */
	bool ready;			/* row is one */
	bool ended;			/* asked again, a cursor would begin anew */
	bool same_content;		/* of the path being folded no run has changed the content so far */
};

/* Over all paths of the runs, in byte order.  runs_as_one_close() before the store's end.  0, or -1 with e set. */
int runs_as_one_open(struct runs_as_one *r, struct store *s, const int64_t *ids, size_t n, struct err *e);

/*
 * 1 with *out filled, 0 at the end, -1 with e set: ERR_INPUT for a history that names no canonical path.
 * runs_as_one_release() after a 1.  Digests are filled in from the other side or another run wherever the content is
 * known to be the same.
 */
int runs_as_one_next(struct runs_as_one *r, struct path_change *out, struct err *e);
void runs_as_one_release(struct path_change *c);
void runs_as_one_close(struct runs_as_one *r);

/*
 * The row that the first of the runs (ascending numbers) has for a path, or the last one: 1, 0 where none of them has any,
 * -1 with e set.  query_state_release() after a 1.
 */
int runs_as_one_row_at(struct store *s, const int64_t *ids, size_t n, const char *path, bool last, struct state_row *out,
		       struct err *e);

#endif
