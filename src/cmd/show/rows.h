/* The rows of show: of one run as the views have them, of several as if they were one. */
#ifndef WT_CMD_SHOW_ROWS_H
#define WT_CMD_SHOW_ROWS_H

#include "cmd/show.h"
#include "cmd/ui/row.h"
#include "store/query_change.h"

/* A question about one run. */
typedef int show_query(struct store *s, int64_t run_id, struct cursor **out, struct err *e);

/* Print in a format for programs the answers for all runs, one behind the other.  0, or -1 with e set. */
int rows_print(struct show *s, enum format format, show_query *query, struct err *e);

/* Whether a path is among those that are asked for, by --only, --except and as PATH, of which it is noted that it is met. */
bool rows_want(struct show *s, const char *path);

/* Changed paths, in byte order. */
struct rows_changes {
	struct cursor *cursor;		/* the view's rows, of several runs by path */
	struct runs_as_one *reader;	/* NULL: there is one run, whose rows are as they are */
	struct row pending;		/* the cursor's next one, where ready */
	bool ready;
	struct row_copy first, last;	/* of several runs, those that have the path */
	struct row row;
};

/* 0, or -1 with e set; rows_changes_close() in either case. */
int rows_changes_open(struct rows_changes *r, struct show *s, enum columns_wanted columns, struct err *e);

/*
 * 1 with *out a row of the view `changes` that is asked for, which lives until the next call, 0 at the end, -1 with e set.
 * Of several runs the columns "before" are those of the first, run_id and all others those of the last.
 */
int rows_changes_next(struct rows_changes *r, struct show *s, struct row **out, struct err *e);
void rows_changes_close(struct rows_changes *r);

/* Print them in a format for programs. */
int rows_print_changes(struct show *s, enum format format, struct err *e);

#endif
