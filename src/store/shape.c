/* The tables of a history, and nothing else by their names. */
#include "config.h"

#include "store/shape.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "store/stmt.h"
#include "store/columns.h"

/* More than the longest name of a table of ours and the words before it. */
enum { SQL_MAX = 128 };

struct shape {
	sqlite3 *db;
	sqlite3_stmt *kind;	/* of a name */
};

static int
prepare_kind(struct shape *s, struct err *e)
{
	static const char sql[] =
		"SELECT count(*), count(*) FILTER (WHERE type = 'table' AND rootpage > 0)"
		" FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'view')";

	return sqlite3_prepare_v2(s->db, sql, -1, &s->kind, NULL) == SQLITE_OK ? 0 : stmt_error(s->db, e);
}

/* In another encoding names would come out changed where they are not UTF-8, and bytes that are no text at all. */
static int
check_encoding(sqlite3 *db, struct err *e)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "PRAGMA main.encoding", -1, &stmt, NULL);
	const char *encoding = NULL;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		encoding = (const char *)sqlite3_column_text(stmt, 0);
	if (!encoding)
		stmt_error(db, e);
	else if (strcmp(encoding, "UTF-8") != 0)
		err_set(e, ERR_INPUT, "its texts are not UTF-8");
	else
		rc = SQLITE_DONE;
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* What there is of that name: 1 for a table, 0 for nothing, -1 with e set. */
static int
check_kind(const struct shape *s, const char *name, struct err *e)
{
	int n = 0, n_tables = 0;
	int rc;

	stmt_text(s->kind, 1, name);
	rc = sqlite3_step(s->kind);
	if (rc == SQLITE_ROW) {
		n = sqlite3_column_int(s->kind, 0);
		n_tables = sqlite3_column_int(s->kind, 1);
	} else {
		stmt_error(s->db, e);
	}
	sqlite3_reset(s->kind);
	if (rc != SQLITE_ROW)
		return -1;
	return n == n_tables ? n > 0 : err_set(e, ERR_INPUT, "%s in it is no table", name);
}

/* Strike the columns that are stored from the list. */
static int
strike_columns(sqlite3 *db, const char *table, const char *columns[], struct err *e)
{
	char sql[SQL_MAX];
	sqlite3_stmt *stmt = NULL;
	int rc;

	snprintf(sql, sizeof(sql), "PRAGMA main.table_xinfo(%s)", table);
	rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		const char *name;

		rc = sqlite3_step(stmt);
		if (rc != SQLITE_ROW)
			break;
		name = (const char *)sqlite3_column_text(stmt, 1);
		for (size_t i = 0; name && i < TABLE_COLUMNS_MAX; i++) {
			if (columns[i] && strcmp(columns[i], name) == 0 && sqlite3_column_int(stmt, 6) == 0)
				columns[i] = NULL;
		}
	}
	if (rc != SQLITE_DONE)
		stmt_error(db, e);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : -1;
}

static int
check_table(const struct shape *s, const char *name, const char *columns[TABLE_COLUMNS_MAX], struct err *e)
{
	int is = check_kind(s, name, e);

	if (is < 0)
		return -1;
	if (is == 0)
		return err_set(e, ERR_INPUT, "it has no table %s", name);
	if (strike_columns(s->db, name, columns, e) < 0)
		return -1;
	for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++) {
		if (columns[i])
			return err_set(e, ERR_INPUT, "its table %s has no column %s", name, columns[i]);
	}
	return 0;
}

/* What an earlier version had elsewhere: schema_stand_in() reads it. */
static int
check_past(const struct shape *s, int version, struct err *e)
{
	const char *run[TABLE_COLUMNS_MAX] = { "of_run" };

	return version < 5 ? check_table(s, "run", run, e) : 0;
}

static int
check_run_tables(const struct shape *s, int version, struct err *e)
{
	for (size_t t = 0; t < TABLE_COUNT; t++) {
		const char *columns[TABLE_COLUMNS_MAX] = { NULL };

		if (tables[t].since > version)
			continue;
		for (size_t i = 0; i < tables[t].n; i++)
			columns[i] = tables[t].columns[i].since <= version ? tables[t].columns[i].name : NULL;
		if (check_table(s, tables[t].name, columns, e) < 0)
			return -1;
	}
	return check_past(s, version, e);
}

static int
check_all(const struct shape *s, int version, bool *has_contents, struct err *e)
{
	const char *path[TABLE_COLUMNS_MAX] = { "id", "path" };
	const char *word[TABLE_COLUMNS_MAX] = { "id", "word" };
	const char *content[TABLE_COLUMNS_MAX] = { "id", "sha256", "size" };
	const char *part[TABLE_COLUMNS_MAX] = { "content_id", "at", "bytes" };
	int contents;

	if (check_run_tables(s, version, e) < 0 || check_table(s, "path", path, e) < 0 ||
	    check_table(s, "word", word, e) < 0)
		return -1;
	contents = check_kind(s, "content", e);
	if (contents < 0)
		return -1;
	*has_contents = contents > 0;
	if (contents == 0)
		return 0;
	return check_table(s, "content", content, e) < 0 ? -1 : check_table(s, "content_part", part, e);
}

int
shape_check(sqlite3 *db, int version, bool *has_contents, struct err *e)
{
	struct shape s = { .db = db };
	int rc = check_encoding(db, e);

	if (rc == 0)
		rc = prepare_kind(&s, e);
	if (rc == 0)
		rc = check_all(&s, version, has_contents, e);
	sqlite3_finalize(s.kind);
	return rc;
}
