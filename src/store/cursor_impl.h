/* The inside of struct cursor, and how one is made, for the files of store/ alone. */
#ifndef WT_STORE_CURSOR_IMPL_H
#define WT_STORE_CURSOR_IMPL_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/cursor.h"
#include "store/stmt.h"
#include "store/store.h"

struct cursor {
	sqlite3_stmt *stmt;
	struct store *store;	/* borrowed */
};

/*
 * A cursor for sql.  It has a statement of its own, so that several may ask the same question at once.  NULL with e set
 * if SQLite cannot prepare it.
 */
struct cursor *cursor_prepare(struct store *s, const char *sql, struct err *e);

/* The same with its values bound, which need not live on.  0, or -1 with e set. */
int cursor_open(struct store *s, const char *sql, const struct stmt_value *values, size_t n, struct cursor **out,
		struct err *e);
#define CURSOR_OPEN(s, out, e, sql, ...) cursor_open(s, sql, STMT_VALUES(__VA_ARGS__), out, e)

/*
 * Without a cursor, the first column of the one row that a question of the store's own has for an answer: 1, 0 where
 * there is none, -1 with e set, the history's name in front.
 */
int cursor_one_int(struct store *s, const char *sql, const struct stmt_value *values, size_t n, int64_t *value,
		   struct err *e);
#define CURSOR_ONE_INT(s, value, e, sql, ...) cursor_one_int(s, sql, STMT_VALUES(__VA_ARGS__), value, e)

#endif
