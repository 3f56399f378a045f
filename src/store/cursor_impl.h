/* The inside of struct cursor, and how one is made, for the files of store/ alone. */
#ifndef WT_STORE_CURSOR_IMPL_H
#define WT_STORE_CURSOR_IMPL_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/cursor.h"
#include "store/store.h"

struct cursor {
	sqlite3_stmt *stmt;
	struct store *store;	/* borrowed */
};

/*
 * A cursor for sql, whose parameters are to be bound next.  It has a statement of its own, so that several
 * may ask the same question at once.  NULL with e set if SQLite cannot prepare it.
 */
struct cursor *cursor_prepare(struct store *s, const char *sql, struct err *e);

/* Bind numbers as a JSON array, for json_each(). */
void cursor_bind_ids(struct cursor *c, int at, const int64_t *ids, size_t n);

/*
 * Without a cursor, the first column of the one row that a statement of the store's own returns: 1, 0 where there is
 * none, -1 with e set, also where stmt is NULL since it could not be prepared.
 */
int cursor_one_int(struct store *s, sqlite3_stmt *stmt, int64_t *value, struct err *e);

#endif
