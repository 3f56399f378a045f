/* Opening a file to be imported. */
#include "config.h"

#include "store/import_file.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "base/mem.h"
#include "store/import_content.h"
#include "store/schema.h"
#include "store/shape.h"
#include "store/store_impl.h"
#include "store/vfs.h"

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
old_id_to_import_id(const void *key, const void *id)
{
	int64_t x = *(const int64_t *)key, y = ((const struct import_id *)id)->old_id;

	return x < y ? -1 : x > y;
}

struct import_id *
import_find(const struct import_ids *ids, int64_t old_id)
{
	size_t at;

	return list_find(&old_id, ids->v, ids->n, sizeof(*ids->v), old_id_to_import_id, &at) ? &ids->v[at] : NULL;
}

static int
old_id_to_import_run(const void *key, const void *run)
{
	int64_t x = *(const int64_t *)key, y = ((const struct import_run *)run)->old_id;

	return x < y ? -1 : x > y;
}

struct import_run *
import_find_run(const struct import_file *f, int64_t old_id)
{
	size_t at;

	return list_find(&old_id, f->runs, f->n_runs, sizeof(*f->runs), old_id_to_import_run, &at) ? &f->runs[at]
		: NULL;
}

/* A page that lies would be found in the middle of the work else. */
static int
check_sanity(struct import_file *f, struct err *e)
{
	sqlite3_stmt *stmt = import_prepare(f, "PRAGMA quick_check(1)", e);
	const char *word = NULL;
	int rc = -1;

	if (!stmt)
		return -1;
	if (sqlite3_step(stmt) == SQLITE_ROW)
		word = (const char *)sqlite3_column_text(stmt, 0);
	if (!word)
		import_failed(f, e);
	else if (strcmp(word, "ok") != 0)
		import_refuse(f, e, "it is damaged: %s", word);
	else
		rc = 0;
	sqlite3_finalize(stmt);
	return rc;
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
open_import(struct import_file *f, struct err *e)
{
	char *real = NULL, *name;
	int taken = snapshot_take(f->path, &f->snapshot, &real, e);
	int rc;

	if (taken < 0)
		return err_prefix(e, "cannot import %s", f->path);
	name = taken ? vfs_fd_name(f->snapshot.fd) : store_uri(real, has_journal(real) ? "mode=ro" : "immutable=1");
	rc = sqlite3_open_v2(name, &f->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, vfs_name());
	free(name);
	free(real);
	if (rc != SQLITE_OK)
		return import_failed(f, e);
	store_harden(f->db);
	sqlite3_limit(f->db, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX);
	sqlite3_limit(f->db, SQLITE_LIMIT_ATTACHED, 0);
	return sqlite3_exec(f->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK ? 0 : import_failed(f, e);
}

/* SQLite would wait for a writer of a FIFO. */
static int
check_file(const struct import_file *f, struct err *e)
{
	struct stat st;

	if (access(f->path, R_OK) < 0 || stat(f->path, &st) < 0)
		return err_system(e, "cannot import %s", f->path);
	return S_ISREG(st.st_mode) ? 0 : import_refuse(f, e, "it is no regular file");
}

int
import_open(struct import_file **out, const char *file, import_check_name *check_name, struct err *e)
{
	struct import_file *f = xcalloc(1, sizeof(*f));
	int rc;

	f->path = xstrdup(file);
	f->snapshot = (struct snapshot)SNAPSHOT_INIT;
	f->check_name = check_name;
	buf_init(&f->texts);
	rc = check_file(f, e);
	if (rc == 0)
		rc = open_import(f, e);
	if (rc == 0)
		rc = schema_check(f->db, f->path, &f->version, e);
	if (rc == 0 && f->version < 1)
		rc = import_refuse(f, e, "it is empty");
	if (rc == 0)
		rc = check_sanity(f, e);
	if (rc == 0)
		rc = shape_check(f->db, f->version, &f->has_contents, e) == 0 ? 0
			: err_prefix(e, "cannot import %s", f->path);
	if (rc == 0 && (schema_stand_in(f->db, f->version, e) < 0 ||
			sqlite3_exec(f->db, "PRAGMA query_only = ON", NULL, NULL, NULL) != SQLITE_OK))
		rc = import_failed(f, e);
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
	import_contents_again(f);
	sqlite3_close(f->db);
	snapshot_release(&f->snapshot);
	buf_release(&f->texts);
	free(f->processes.v);
	free(f->paths.v);
	free(f->words.v);
	free(f->runs);
	free(f->wanted);
	free(f->path);
	free(f);
}
