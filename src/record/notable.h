/* What of a run's changes a person should look at: one table of names and tests.  No score, no verdict. */
#ifndef WT_RECORD_NOTABLE_H
#define WT_RECORD_NOTABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "event.h"
#include "store/store.h"
#include "store/rows.h"

/* A row of the table. */
struct notable_row {
	/* "*" stands for any bytes, slashes too; "~/" for the home of any user; NULL: all paths.  No directories. */
	const char *glob;
	bool (*test)(const struct file_state *after);	/* NULL: no matter what it is now */
	const char *reason;
	const char *gone;	/* the reason where it was deleted; NULL: that is not worth a look */
};

extern const struct notable_row notable_table[];
extern const size_t notable_table_len;

/* Who has a home, as it was known when this was made. */
struct notable;

/* Homes are /root, what is in /home, those of a file like /etc/passwd, and one more; both may be NULL. */
struct notable *notable_new(const char *passwd, const char *home);
void notable_free(struct notable *n);

/* Whether a row is about this change, and why: its reason, or NULL. */
const char *notable_reason(const struct notable *n, const struct notable_row *row, const char *path,
			   const struct row_change *change);

/* Of names the first row that matches counts, of tests each. */
enum { NOTABLE_REASONS_MAX = 8 };

/* All reasons for a look at a change: how many. */
size_t notable_reasons(const struct notable *n, const char *path, const struct row_change *change,
		       const char *reasons[NOTABLE_REASONS_MAX]);

/* Write these reasons for a look at a change to the history.  Inside a transaction.  0, or -1 with e set. */
int notable_record(struct store *s, const struct row_change *change, const char *const *reasons, size_t n,
		   struct err *e);

#endif
