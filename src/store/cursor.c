/* Cursors: the rows that answer a question to a history. */
#include "config.h"

#include "store/cursor.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/cursor_impl.h"
#include "store/store_impl.h"

static int
unreadable(const struct store *s, struct err *e)
{
	return err_prefix(e, "cannot read history %s", s->path);
}

int
cursor_one_int(struct store *s, const char *sql, const struct stmt_value *values, size_t n, int64_t *value,
	       struct err *e)
{
	int found = stmt_find_int(&s->stmts, s->db, sql, values, n, value, e);

	return found < 0 ? unreadable(s, e) : found;
}

struct cursor *
cursor_prepare(struct store *s, const char *sql, struct err *e)
{
	struct cursor *c;
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) != SQLITE_OK) {
		stmt_error(s->db, e);
		unreadable(s, e);
		return NULL;
	}
	c = xcalloc(1, sizeof(*c));
	c->stmt = stmt;
	c->store = s;
	return c;
}

int
cursor_open(struct store *s, const char *sql, const struct stmt_value *values, size_t n, struct cursor **out,
	    struct err *e)
{
	*out = cursor_prepare(s, sql, e);
	if (!*out)
		return -1;
	stmt_bind((*out)->stmt, values, n, SQLITE_TRANSIENT);
	return 0;
}

int
cursor_next(struct cursor *c, struct err *e)
{
	int rc = sqlite3_step(c->stmt);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	stmt_error(c->store->db, e);
	return unreadable(c->store, e);
}

int
cursor_columns(const struct cursor *c)
{
	return sqlite3_column_count(c->stmt);
}

const char *
cursor_name(const struct cursor *c, int column)
{
	return sqlite3_column_name(c->stmt, column);
}

enum cursor_type
cursor_type(const struct cursor *c, int column)
{
	switch (sqlite3_column_type(c->stmt, column)) {
	case SQLITE_INTEGER:
		return CURSOR_INT;
	case SQLITE_FLOAT:
		return CURSOR_REAL;
	case SQLITE_TEXT:
		return CURSOR_TEXT;
	case SQLITE_BLOB:
		return CURSOR_BLOB;
	}
	return CURSOR_NULL;
}

int64_t
cursor_int(const struct cursor *c, int column)
{
	return sqlite3_column_int64(c->stmt, column);
}

double
cursor_real(const struct cursor *c, int column)
{
	return sqlite3_column_double(c->stmt, column);
}

const char *
cursor_text(const struct cursor *c, int column, size_t *len)
{
	const char *text = stmt_column_text(c->stmt, column);

	if (len)
		*len = (size_t)sqlite3_column_bytes(c->stmt, column);
	return text;
}

void
cursor_close(struct cursor *c)
{
	if (!c)
		return;
	sqlite3_finalize(c->stmt);
	free(c);
}
