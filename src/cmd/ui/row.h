/* One row of a result, whose fields may be changed before it is written: what stands between a cursor and a format. */
#ifndef WT_CMD_UI_ROW_H
#define WT_CMD_UI_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/cursor.h"

enum { RECORD_FIELDS_MAX = 48 };

struct field {
	const char *name;	/* borrowed */
	enum cursor_type type;	/* a blob counts as text */
	int64_t number;		/* of CURSOR_INT */
	const char *text;	/* bytes, borrowed; a number as SQLite writes it; NULL for NULL */
	size_t len;
};

struct record {
	struct field f[RECORD_FIELDS_MAX];
	size_t n;
};

/* A record that lives longer than its cursor's row. */
struct record_copy {
	struct record r;
	struct buf bytes;
};

/* The names of the cursor's columns, the values NULL. */
void record_names(struct record *r, const struct cursor *c);

/* The cursor's row; its texts live until the next cursor_next(). */
void record_load(struct record *r, const struct cursor *c);

/* The field of that name, or an empty one that is nobody's. */
const struct field *record_get(const struct record *r, const char *name);

/* Whether it is NULL, or not there. */
bool record_is_null(const struct record *r, const char *name);

/* Its text, NULL for NULL; its number, 0 where it is none. */
const char *record_text(const struct record *r, const char *name);
int64_t record_int(const struct record *r, const char *name);

/* Put a text, which stays the caller's, into a field; a field that is not there is added.  NULL: no value. */
void record_set(struct record *r, const char *name, const char *text);

/* The same for a number. */
void record_set_int(struct record *r, const char *name, int64_t number);

/* Make to, which was initialized with zeros or by this function, a copy of from. */
void record_keep(struct record_copy *to, const struct record *from);
void record_copy_release(struct record_copy *c);

#endif
