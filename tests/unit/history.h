/* A history of the newest schema in the scratch place, for tests that read one. */
#ifndef WT_TESTS_HISTORY_H
#define WT_TESTS_HISTORY_H

#include <sqlite3.h>

#include "store/store.h"
#include "unit/unit.h"

/* Run sql in ./history.db behind the store's back. */
static inline void
history_do(const char *sql)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open("history.db", &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* Make ./history.db, and run sql (may be NULL) in it. */
static inline void
history_make(const char *sql)
{
	struct err e = { 0 };
	struct store *s;
	char path[128];

	snprintf(path, sizeof(path), "%s/history.db", unit_dir);
	ck_assert_msg(store_open(&s, path, STORE_WRITE, &e) == 0, "%s", e.text);
	store_close(s);
	if (sql)
		history_do(sql);
}

static inline struct store *
history_open(enum store_mode mode)
{
	struct err e = { 0 };
	struct store *s = NULL;

	ck_assert_msg(store_open(&s, "history.db", mode, &e) == 0, "%s", e.text);
	return s;
}

/* One number by a query of the test's own. */
static inline long long
history_ask(const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	long long value;
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open("history.db", &db), SQLITE_OK);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
	value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return value;
}

#endif
