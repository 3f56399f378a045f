/* Whose database is this, of which version, and the steps to the newest one. */
#include "config.h"

#include "store/schema.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "store/stmt.h"

int
schema_newest(void)
{
	int newest = 0;

	for (const struct schema_step *s = schema_migrations; s->sql; s++)
		newest = s->version;
	return newest;
}

int
schema_oldest(void)
{
	return schema_migrations[0].version - 1;
}

static int
pragma_int(sqlite3 *db, const char *sql, int *value, struct err *e)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	*value = 0;
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*value = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : stmt_error(db, e);
}

static int
schema_exec(sqlite3 *db, const char *sql, struct err *e)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : stmt_error(db, e);
}

/* Of one moment, also where another process is making the history. */
static int
ask_whose(sqlite3 *db, int *application_id, int *version, int *tables, struct err *e)
{
	int rc = schema_exec(db, "SAVEPOINT whose", e);

	if (rc < 0)
		return -1;
	if (pragma_int(db, "PRAGMA application_id", application_id, e) < 0 ||
	    pragma_int(db, "PRAGMA user_version", version, e) < 0 ||
	    pragma_int(db, "SELECT count(*) FROM sqlite_master", tables, e) < 0)
		rc = -1;
	if (sqlite3_exec(db, "RELEASE whose", NULL, NULL, NULL) != SQLITE_OK && rc == 0)
		rc = stmt_error(db, e);
	return rc;
}

int
schema_check(sqlite3 *db, const char *path, int *version, struct err *e)
{
	int application_id, tables;

	if (ask_whose(db, &application_id, version, &tables, e) < 0)
		return err_prefix(e, "cannot open history %s", path);
	if (application_id == 0 && *version == 0 && tables == 0)
		return 0;
	if (application_id != SCHEMA_APPLICATION_ID)
		return err_set(e, ERR_INPUT, "cannot open history %s: "
			       "it is another program's database", path);
	if (*version < 1)
		return err_set(e, ERR_INPUT, "cannot open history %s: its schema has no version", path);
	if (*version < schema_oldest())
		return err_set(e, ERR_INPUT, "cannot open history %s: its schema is version %d, from before the first "
			       "release; this writetrace knows versions from %d on", path, *version, schema_oldest());
	if (*version > schema_newest())
		return err_set(e, ERR_INPUT, "cannot open history %s: its schema is version %d, "
			       "this writetrace knows versions up to %d; a newer writetrace made it",
			       path, *version, schema_newest());
	return 0;
}

/* The missing steps one by one; all at once where there is nothing yet. */
static int
apply_steps(sqlite3 *db, int version, struct err *e)
{
	if (version == 0)
		return schema_exec(db, schema_sql, e);
	for (const struct schema_step *s = schema_migrations; s->sql; s++) {
		if (s->version > version && schema_exec(db, s->sql, e) < 0)
			return err_prefix(e, "schema step %s", s->name);
	}
	return 0;
}

static int
apply_missing(sqlite3 *db, const char *path, struct err *e)
{
	char version_sql[64];
	int version;

	/* again under the lock: another process may have been faster */
	if (schema_check(db, path, &version, e) < 0)
		return -1;
	if (version == schema_newest())
		return 0;
	if (apply_steps(db, version, e) < 0)
		return -1;
	snprintf(version_sql, sizeof(version_sql), "PRAGMA user_version = %d", schema_newest());
	if (schema_exec(db, version_sql, e) < 0)
		return -1;
	snprintf(version_sql, sizeof(version_sql), "PRAGMA application_id = %d", SCHEMA_APPLICATION_ID);
	if (schema_exec(db, version_sql, e) < 0)
		return -1;
	return schema_exec(db, schema_views_sql, e);
}

int
schema_migrate(sqlite3 *db, const char *path, struct err *e)
{
	int version;

	if (schema_check(db, path, &version, e) < 0)
		return -1;
	if (version == schema_newest())
		return 0;
	if (schema_exec(db, "BEGIN IMMEDIATE", e) < 0)
		return err_prefix(e, "cannot write history %s", path);
	if (apply_missing(db, path, e) < 0) {
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
		return -1;
	}
	if (schema_exec(db, "COMMIT", e) < 0) {
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
		return err_prefix(e, "cannot write history %s", path);
	}
	return 0;
}

int
schema_stand_in(sqlite3 *db, int version, struct err *e)
{
	for (const struct schema_step *s = schema_migrations; s->sql; s++) {
		if (s->version > version && schema_exec(db, s->read_sql, e) < 0)
			return -1;
	}
	return 0;
}

int
schema_own_views(sqlite3 *db, struct err *e)
{
	static const char create[] = "\nCREATE VIEW ";
	struct buf sql = BUF_INIT;
	const char *at = schema_views_sql;
	int rc;

	while ((at = strstr(at, create))) {
		const char *end = strstr(at, ";\n");

		at += strlen(create);
		buf_addstr(&sql, "CREATE TEMP VIEW ");
		buf_add(&sql, at, (size_t)(end - at) + 1);
	}
	rc = schema_exec(db, sql.data, e);
	buf_release(&sql);
	return rc;
}
