/* One row of a result, whose fields may be changed before it is written: what stands between a cursor and a format. */
#ifndef WT_CMD_UI_ROW_H
#define WT_CMD_UI_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "file/change.h"
#include "store/cursor.h"

enum { ROW_FIELDS_MAX = 48 };

struct field {
	const char *name;	/* borrowed */
	enum cursor_type type;	/* a blob counts as text */
	int64_t number;		/* of CURSOR_INT */
	const char *text;	/* bytes, borrowed; a number as SQLite writes it; NULL for NULL */
	size_t len;
};

struct row {
	struct field f[ROW_FIELDS_MAX];
	size_t n;
};

/* A record that lives longer than its cursor's row. */
struct row_copy {
	struct row r;
	struct buf bytes;
};

/* The names of the cursor's columns, the values NULL. */
void row_names(struct row *r, const struct cursor *c);

/* The cursor's row; its texts live until the next cursor_next(). */
void row_load(struct row *r, const struct cursor *c);

/* The field of that name, or an empty one that is nobody's. */
const struct field *row_get(const struct row *r, const char *name);

/* Whether it is NULL, or not there. */
bool row_is_null(const struct row *r, const char *name);

/* Its text, NULL for NULL; its number, 0 where it is none. */
const char *row_text(const struct row *r, const char *name);
int64_t row_int(const struct row *r, const char *name);

/* The class of change that the row's column has; CHANGE_COUNT where it has none that is known. */
enum change_class row_change_class(const struct row *r);

/* Put a text, which stays the caller's, into a field; a field that is not there is added.  NULL: no value. */
void row_set(struct row *r, const char *name, const char *text);

/* The same for a number. */
void row_set_int(struct row *r, const char *name, int64_t number);

/* Make to, which was initialized with zeros or by this function, a copy of from. */
void row_keep(struct row_copy *to, const struct row *from);
void row_copy_release(struct row_copy *c);

#endif
