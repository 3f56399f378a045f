/* Prepared statements. */
#include "config.h"

#include "store/stmt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/mem.h"

struct stmt_slot {
	const char *sql;
	sqlite3_stmt *stmt;
};

/* A file that cannot grow is all that SQLite says of a full disk where it makes a -shm. */
static const char *
message_of(sqlite3 *db, int rc)
{
	return rc == SQLITE_IOERR_SHMSIZE ? strerror(ENOSPC) : sqlite3_errmsg(db);
}

int
stmt_error(sqlite3 *db, struct err *e)
{
	int rc = sqlite3_extended_errcode(db);
	bool busy = (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED || (rc & 0xff) == SQLITE_PROTOCOL;

	err_set(e, busy ? ERR_BUSY : ERR_DB, "%s", message_of(db, rc));
	if (e)
		e->sys = rc;
	return -1;
}

sqlite3_stmt *
stmt_get(struct stmt_cache *c, sqlite3 *db, const char *sql, struct err *e)
{
	sqlite3_stmt *stmt = NULL;

	for (size_t i = 0; i < c->n; i++) {
		if (c->slots[i].sql == sql) {
			sqlite3_clear_bindings(c->slots[i].stmt);
			return c->slots[i].stmt;
		}
	}
	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
		stmt_error(db, e);
		return NULL;
	}
	*LIST_ADD(c->slots, c->n) = (struct stmt_slot){ sql, stmt };
	return stmt;
}

void
stmt_cache_release(struct stmt_cache *c)
{
	for (size_t i = 0; i < c->n; i++)
		sqlite3_finalize(c->slots[i].stmt);
	free(c->slots);
	c->slots = NULL;
	c->n = 0;
}

/* A copy for which there is no memory would be a NULL, and the answer that to another question. */
static void
must_copy(int rc)
{
	if (rc == SQLITE_NOMEM)
		mem_exhausted();
}

/* SQLite takes an address of NULL as NULL. */
static void
bind_text(sqlite3_stmt *s, int at, const char *text, sqlite3_destructor_type lives)
{
	must_copy(sqlite3_bind_text64(s, at, text, text ? strlen(text) : 0, lives, SQLITE_UTF8));
}

void
stmt_text(sqlite3_stmt *s, int at, const char *text)
{
	bind_text(s, at, text, SQLITE_STATIC);
}

void
stmt_blob(sqlite3_stmt *s, int at, const void *bytes, size_t len)
{
	if (bytes)
		sqlite3_bind_blob64(s, at, bytes, len, SQLITE_STATIC);
	else
		sqlite3_bind_null(s, at);
}

void
stmt_int(sqlite3_stmt *s, int at, int64_t value)
{
	sqlite3_bind_int64(s, at, value);
}

void
stmt_int_if(sqlite3_stmt *s, int at, bool there, int64_t value)
{
	if (there)
		sqlite3_bind_int64(s, at, value);
	else
		sqlite3_bind_null(s, at);
}

static void
bind_ids(sqlite3_stmt *s, int at, const int64_t *ids, size_t n)
{
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_addf(&list, "%c%" PRId64, i == 0 ? '[' : ',', ids[i]);
	buf_addstr(&list, n == 0 ? "[]" : "]");
	bind_text(s, at, list.data, SQLITE_TRANSIENT);
	buf_release(&list);
}

static void
bind_bound(sqlite3_stmt *s, int at, const char *dir, char last)
{
	char *bound = xasprintf("%s%c", strcmp(dir, "/") == 0 ? "" : dir, last);

	bind_text(s, at, bound, SQLITE_TRANSIENT);
	free(bound);
}

void
stmt_bind(sqlite3_stmt *s, const struct stmt_value *values, size_t n, sqlite3_destructor_type lives)
{
	int last = sqlite3_bind_parameter_count(s);

	for (int at = 1; at <= last && (size_t)at <= n; at++) {
		const struct stmt_value *v = &values[at - 1];

		if (v->is == STMT_IS_TEXT)
			bind_text(s, at, v->bytes, lives);
		else if (v->is == STMT_IS_BLOB)
			must_copy(sqlite3_bind_blob64(s, at, v->bytes, v->n, lives));
		else if (v->is == STMT_IS_IDS)
			bind_ids(s, at, v->bytes, v->n);
		else if (v->is == STMT_IS_BOUND)
			bind_bound(s, at, v->bytes, (char)v->n);
		else
			stmt_int_if(s, at, v->is == STMT_IS_INT, v->number);
	}
}

/* NULL with e set if SQLite cannot prepare it. */
static sqlite3_stmt *
bound_stmt(struct stmt_cache *c, sqlite3 *db, const char *sql, const struct stmt_value *values, size_t n, struct err *e)
{
	sqlite3_stmt *s = stmt_get(c, db, sql, e);

	if (s)
		stmt_bind(s, values, n, SQLITE_STATIC);
	return s;
}

const char *
stmt_column_text(sqlite3_stmt *s, int column)
{
	const char *text = (const char *)sqlite3_column_text(s, column);

	if (!text && sqlite3_errcode(sqlite3_db_handle(s)) == SQLITE_NOMEM)
		mem_exhausted();
	return text;
}

size_t
stmt_word(const char *word, const char *const *words, size_t n)
{
	size_t i = 0;

	while (word && i < n && (!words[i] || strcmp(words[i], word) != 0))
		i++;
	return word ? i : n;
}

int
stmt_done(sqlite3_stmt *s, struct err *e)
{
	int rc = sqlite3_step(s);
	int result = rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : stmt_error(sqlite3_db_handle(s), e);

	if (sqlite3_reset(s) != SQLITE_OK && result == 0)
		result = stmt_error(sqlite3_db_handle(s), e);
	return result;
}

int
stmt_one_int(sqlite3_stmt *s, int64_t *value, struct err *e)
{
	int rc = sqlite3_step(s);
	int result = 0;

	if (rc == SQLITE_ROW) {
		*value = sqlite3_column_int64(s, 0);
		result = 1;
	} else if (rc != SQLITE_DONE) {
		result = stmt_error(sqlite3_db_handle(s), e);
	}
	/* an INSERT with RETURNING has its row before its end, and its commit is part of the reset (sqlite3_reset()) */
	if (sqlite3_reset(s) != SQLITE_OK && result >= 0)
		result = stmt_error(sqlite3_db_handle(s), e);
	return result;
}

int
stmt_the_int(sqlite3_stmt *s, int64_t *value, struct err *e)
{
	int found = stmt_one_int(s, value, e);

	if (found == 0) {
		err_set(e, ERR_DB, "it is damaged: what must be there is not");
		if (e)
			e->sys = SQLITE_CORRUPT;
	}
	return found > 0 ? 0 : -1;
}

int
stmt_run(struct stmt_cache *c, sqlite3 *db, const char *sql, const struct stmt_value *values, size_t n, struct err *e)
{
	sqlite3_stmt *s = bound_stmt(c, db, sql, values, n, e);

	return s ? stmt_done(s, e) : -1;
}

int
stmt_run_int(struct stmt_cache *c, sqlite3 *db, const char *sql, const struct stmt_value *values, size_t n,
	     int64_t *value, struct err *e)
{
	sqlite3_stmt *s = bound_stmt(c, db, sql, values, n, e);

	return s ? stmt_the_int(s, value, e) : -1;
}

int
stmt_find_int(struct stmt_cache *c, sqlite3 *db, const char *sql, const struct stmt_value *values, size_t n,
	      int64_t *value, struct err *e)
{
	sqlite3_stmt *s = bound_stmt(c, db, sql, values, n, e);

	return s ? stmt_one_int(s, value, e) : -1;
}
