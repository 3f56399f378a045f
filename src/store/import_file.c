/* Opening a file to be imported. */
#include "config.h"

#include "store/import_file.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/schema.h"
#include "store/store_impl.h"

/* No value of ours is longer. */
enum { VALUE_BYTES_MAX = 64 << 20 };

int
import_refuse(const struct import_file *f, struct err *e, const char *fmt, ...)
{
	struct buf why = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&why, fmt, ap);
	va_end(ap);
	err_set(e, ERR_INPUT, "cannot import %s: %s", f->path, why.data);
	buf_release(&why);
	return -1;
}

int
import_failed(const struct import_file *f, struct err *e)
{
	stmt_error(f->db, e);
	return err_prefix(e, "cannot import %s", f->path);
}

sqlite3_stmt *
import_prepare(struct import_file *f, const char *sql, struct err *e)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(f->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		import_failed(f, e);
	return stmt;
}

static int
compare_ids(const void *a, const void *b)
{
	int64_t x = ((const struct import_id *)a)->old_id, y = ((const struct import_id *)b)->old_id;

	return x < y ? -1 : x > y;
}

struct import_id *
import_find(const struct import_ids *ids, int64_t old_id)
{
	const struct import_id key = { .old_id = old_id };

	return ids->n > 0 ? bsearch(&key, ids->v, ids->n, sizeof(key), compare_ids) : NULL;
}

static int
compare_runs(const void *a, const void *b)
{
	int64_t x = ((const struct import_run *)a)->old_id, y = ((const struct import_run *)b)->old_id;

	return x < y ? -1 : x > y;
}

struct import_run *
import_find_run(const struct import_file *f, int64_t old_id)
{
	const struct import_run key = { .old_id = old_id };

	return f->n_runs > 0 ? bsearch(&key, f->runs, f->n_runs, sizeof(key), compare_runs) : NULL;
}

/* The one text of a one-row answer; a new string, NULL where there is no row. */
static int
ask_text(struct import_file *f, const char *sql, const char *arg, char **out, struct err *e)
{
	sqlite3_stmt *stmt = import_prepare(f, sql, e);
	int rc;

	*out = NULL;
	if (!stmt)
		return -1;
	if (arg)
		stmt_text(stmt, 1, arg);
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW && sqlite3_column_text(stmt, 0))
		*out = xstrdup((const char *)sqlite3_column_text(stmt, 0));
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		import_failed(f, e);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

/* A page that lies, or a text in another encoding, would be found in the middle of the work else. */
static int
check_sanity(struct import_file *f, struct err *e)
{
	char *word;
	int rc;

	if (ask_text(f, "PRAGMA encoding", NULL, &word, e) < 0)
		return -1;
	rc = word && strcmp(word, "UTF-8") == 0 ? 0 : import_refuse(f, e, "its texts are not UTF-8");
	free(word);
	if (rc < 0 || ask_text(f, "PRAGMA quick_check(1)", NULL, &word, e) < 0)
		return -1;
	rc = word && strcmp(word, "ok") == 0 ? 0 : import_refuse(f, e, "it is damaged: %s", word ? word : "?");
	free(word);
	return rc;
}

/* A table that is one: not a view, not virtual.  1, 0 where there is nothing of that name, -1. */
static int
check_table(struct import_file *f, const char *name, struct err *e)
{
	static const char sql[] =
		"SELECT group_concat(CASE WHEN type = 'table' AND rootpage > 0 THEN 'table' ELSE 'other' END)"
		" FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'view')";
	char *kind;
	int rc;

	if (ask_text(f, sql, name, &kind, e) < 0)
		return -1;
	if (!kind)
		return 0;
	rc = strcmp(kind, "table") == 0 ? 1 : import_refuse(f, e, "%s in it is no table", name);
	free(kind);
	return rc;
}

/* Strike the columns that are stored, not computed by an expression of the file, from the list. */
static int
check_columns(struct import_file *f, const char *table, const char *columns[], struct err *e)
{
	char *sql = xasprintf("PRAGMA table_xinfo(%s)", table);
	sqlite3_stmt *stmt = import_prepare(f, sql, e);
	int rc = SQLITE_ERROR;

	free(sql);
	while (stmt && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 1);

		for (size_t i = 0; name && i < TABLE_COLUMNS_MAX; i++) {
			if (columns[i] && strcmp(columns[i], name) == 0 && sqlite3_column_int(stmt, 6) == 0)
				columns[i] = NULL;
		}
	}
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE)
		return stmt ? import_failed(f, e) : -1;
	for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++) {
		if (columns[i])
			return import_refuse(f, e, "its table %s has no column %s", table, columns[i]);
	}
	return 0;
}

static int
check_known_table(struct import_file *f, const char *name, const char *columns[TABLE_COLUMNS_MAX], struct err *e)
{
	int is = check_table(f, name, e);

	if (is <= 0)
		return is < 0 ? -1 : import_refuse(f, e, "it has no table %s", name);
	return check_columns(f, name, columns, e);
}

static int
check_run_table(struct import_file *f, const struct table *t, struct err *e)
{
	const char *columns[TABLE_COLUMNS_MAX] = { NULL };

	for (size_t i = 0; i < t->n; i++)
		columns[i] = t->columns[i].since <= f->version ? t->columns[i].name : NULL;
	return check_known_table(f, t->name, columns, e);
}

static int
check_shape(struct import_file *f, struct err *e)
{
	const char *path[TABLE_COLUMNS_MAX] = { "id", "path" };
	const char *word[TABLE_COLUMNS_MAX] = { "id", "word" };
	const char *content[TABLE_COLUMNS_MAX] = { "id", "sha256", "size" };
	const char *part[TABLE_COLUMNS_MAX] = { "content_id", "at", "bytes" };
	int contents;

	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (tables[i].since <= f->version && check_run_table(f, &tables[i], e) < 0)
			return -1;
	}
	if (check_known_table(f, "path", path, e) < 0 || check_known_table(f, "word", word, e) < 0)
		return -1;
	contents = check_table(f, "content", e);
	if (contents <= 0)
		return contents;
	f->has_contents = true;
	if (check_known_table(f, "content", content, e) < 0)
		return -1;
	return check_known_table(f, "content_part", part, e);
}

/* Whether something lies beside it without which it cannot be read right. */
static bool
has_journal(const char *path)
{
	static const char *const ends[] = { "-wal", "-journal" };
	bool has = false;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		char *name = xasprintf("%s%s", path, ends[i]);

		has = has || access(name, F_OK) == 0;
		free(name);
	}
	return has;
}

/* immutable: no lock, no -shm, nothing is made beside the file. */
static int
open_db(struct import_file *f, struct err *e)
{
	char *uri = store_uri(f->path, has_journal(f->path) ? "mode=ro" : "immutable=1");
	int rc = sqlite3_open_v2(uri, &f->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);

	free(uri);
	if (rc != SQLITE_OK)
		return import_failed(f, e);
	store_harden(f->db);
	sqlite3_limit(f->db, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX);
	sqlite3_limit(f->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_db_config(f->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
	sqlite3_db_config(f->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
	if (sqlite3_exec(f->db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON; BEGIN",
			 NULL, NULL, NULL) != SQLITE_OK)
		return import_failed(f, e);
	return 0;
}

int
import_open(struct import_file **out, const char *file, import_check_name *check_name, struct err *e)
{
	struct import_file *f = xcalloc(1, sizeof(*f));
	int rc;

	f->path = xstrdup(file);
	f->check_name = check_name;
	buf_init(&f->texts);
	rc = access(file, R_OK) < 0 ? err_system(e, "cannot import %s", file) : open_db(f, e);
	if (rc == 0)
		rc = schema_check(f->db, f->path, &f->version, e);
	if (rc == 0 && f->version < 1)
		rc = import_refuse(f, e, "it is empty");
	if (rc == 0)
		rc = check_sanity(f, e);
	if (rc == 0)
		rc = check_shape(f, e);
	if (rc < 0)
		import_close(f);
	else
		*out = f;
	return rc;
}

void
import_close(struct import_file *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < TABLE_COUNT; i++)
		sqlite3_finalize(f->insert[i]);
	import_contents_again(f);
	sqlite3_close(f->db);
	buf_release(&f->texts);
	free(f->processes.v);
	free(f->paths.v);
	free(f->words.v);
	free(f->runs);
	free(f->wanted);
	free(f->path);
	free(f);
}
