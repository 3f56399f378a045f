/* An export: rows copied value by value into a new history. */
#include "config.h"

#include "store/export.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "store/content.h"
#include "store/rows.h"
#include "store/schema.h"
#include "store/store_impl.h"
#include "store/columns.h"

enum { PART_BYTES = 1 << 20 };

struct copying {
	sqlite3_stmt *select, *insert;
};

struct export_file {
	sqlite3 *db;
	char *path;
	struct store *from;		/* borrowed */
	struct export_options options;
	struct copying copy[TABLE_COUNT];
	struct stmt_cache stmts;
	sqlite3_stmt *wanted;		/* contents; NULL: not begun */
	bool reading;			/* a transaction on from is open */
};

static int
write_failed(const struct export_file *x, struct err *e)
{
	stmt_error(x->db, e);
	return err_prefix(e, "cannot write %s", x->path);
}

static int
export_exec(const struct export_file *x, const char *sql, struct err *e)
{
	return sqlite3_exec(x->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : write_failed(x, e);
}

static int
prepare_copy(struct export_file *x, const struct table *t, struct copying *c, struct err *e)
{
	struct buf select = BUF_INIT, insert = BUF_INIT;
	int rc = 0;

	table_add_select(&select, t);
	buf_addf(&select, " WHERE %s = ?1", t == &tables[TABLE_RUN] ? "id" : "run_id");
	table_add_insert(&insert, t);
	if (sqlite3_prepare_v2(x->from->db, select.data, -1, &c->select, NULL) != SQLITE_OK) {
		stmt_error(x->from->db, e);
		rc = err_prefix(e, "cannot read history %s", x->from->path);
	} else if (sqlite3_prepare_v2(x->db, insert.data, -1, &c->insert, NULL) != SQLITE_OK) {
		rc = write_failed(x, e);
	}
	buf_release(&select);
	buf_release(&insert);
	return rc;
}

/* A plain file without a -wal; what would be left of it after a crash is a temporary one. */
static int
open_file(struct export_file *x, struct err *e)
{
	if (sqlite3_open_v2(x->path, &x->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		return write_failed(x, e);
	if (export_exec(x, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF", e) < 0 ||
	    schema_migrate(x->db, x->path, e) < 0 || export_exec(x, "BEGIN", e) < 0)
		return -1;
	return x->options.contents ? export_exec(x, tables_contents_sql, e) : 0;
}

int
export_begin(struct export_file **out, const char *file, struct store *from,
	     const struct export_options *options, struct err *e)
{
	struct export_file *x = xcalloc(1, sizeof(*x));
	int rc;

	x->path = xstrdup(file);
	x->from = from;
	x->options = *options;
	rc = open_file(x, e);
	/* what is read is of one moment, whoever writes meanwhile */
	if (rc == 0 && sqlite3_exec(from->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		rc = stmt_error(from->db, e);
	else if (rc == 0)
		x->reading = true;
	for (size_t i = 0; rc == 0 && i < TABLE_COUNT; i++)
		rc = prepare_copy(x, &tables[i], &x->copy[i], e);
	if (rc < 0)
		export_free(x);
	else
		*out = x;
	return rc;
}

/* What differs in the export from the history. */
static void
bind_exported(const struct export_file *x, const struct table *t, const struct copying *c, int i)
{
	const struct table_column *column = &t->columns[i];
	const char *text;

	if (x->options.no_args && column->kind == COLUMN_RUN_COMMAND) {
		text = (const char *)sqlite3_column_text(c->select, i);
		sqlite3_bind_text64(c->insert, i + 1, text, text ? quote_word_len(text) : 0, SQLITE_STATIC, SQLITE_UTF8);
	} else if (x->options.no_args && column->kind == COLUMN_COMMAND &&
		   sqlite3_column_type(c->select, i) != SQLITE_NULL) {
		sqlite3_bind_value(c->insert, i + 1, sqlite3_column_value(c->select, i - 1));
	} else if (!x->options.contents && strcmp(column->name, "old_content") == 0 &&
		   sqlite3_column_type(c->select, i) != SQLITE_NULL) {
		stmt_text(c->insert, i + 1, row_old_content_names[OLD_NOT_KEPT]);
	} else if (!x->options.contents && strcmp(column->name, "left_kept") == 0) {
		sqlite3_bind_null(c->insert, i + 1);
	} else if (!x->options.contents && strcmp(column->name, "bytes_kept") == 0) {
		stmt_int(c->insert, i + 1, 0);
	} else {
		sqlite3_bind_value(c->insert, i + 1, sqlite3_column_value(c->select, i));
	}
}

static int
copy_rows(struct export_file *x, const struct table *t, const struct copying *c, int64_t run_id, struct err *e)
{
	int rc;

	stmt_int(c->select, 1, run_id);
	while ((rc = sqlite3_step(c->select)) == SQLITE_ROW) {
		for (int i = 0; i < (int)t->n; i++)
			bind_exported(x, t, c, i);
		if (sqlite3_step(c->insert) != SQLITE_DONE) {
			write_failed(x, e);
			break;
		}
		sqlite3_reset(c->insert);
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		stmt_error(x->from->db, e);
		err_prefix(e, "cannot read history %s", x->from->path);
	}
	sqlite3_reset(c->insert);
	sqlite3_clear_bindings(c->insert);
	sqlite3_reset(c->select);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
export_run(struct export_file *x, int64_t run_id, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < TABLE_COUNT; i++)
		rc = copy_rows(x, &tables[i], &x->copy[i], run_id, e);
	return rc;
}

/* One of the texts that rows share: 1, 0 where the history has none of that number, -1 with e set. */
static int
copy_text(struct export_file *x, sqlite3_stmt *find, sqlite3_stmt *insert, int64_t id, struct err *e)
{
	int rc;

	stmt_int(find, 1, id);
	rc = sqlite3_step(find);
	if (rc == SQLITE_ROW) {
		stmt_int(insert, 1, id);
		sqlite3_bind_value(insert, 2, sqlite3_column_value(find, 0));
		if (stmt_done(insert, e) < 0)
			rc = err_prefix(e, "cannot write %s", x->path);
	} else if (rc != SQLITE_DONE) {
		stmt_error(x->from->db, e);
		rc = err_prefix(e, "cannot read history %s", x->from->path);
	}
	sqlite3_reset(find);
	return rc < 0 ? -1 : rc == SQLITE_ROW;
}

/* Of a table of such texts those alone that the exported rows name. */
static int
copy_shared(struct export_file *x, const char *ids_sql, const char *find_sql, const char *insert_sql,
	    int64_t *n, struct err *e)
{
	sqlite3_stmt *ids = stmt_get(&x->stmts, x->db, ids_sql, e);
	sqlite3_stmt *insert = ids ? stmt_get(&x->stmts, x->db, insert_sql, e) : NULL;
	sqlite3_stmt *find = insert ? stmt_get(&x->from->stmts, x->from->db, find_sql, e) : NULL;
	int copied = 0;
	int rc;

	*n = 0;
	if (!find)
		return -1;
	while (copied >= 0 && (rc = sqlite3_step(ids)) == SQLITE_ROW) {
		copied = copy_text(x, find, insert, sqlite3_column_int64(ids, 0), e);
		*n += copied > 0;
	}
	if (copied >= 0 && rc != SQLITE_DONE)
		copied = write_failed(x, e);
	sqlite3_reset(ids);
	return copied < 0 ? -1 : 0;
}

static int
copy_paths(struct export_file *x, int64_t *n, struct err *e)
{
	static const char ids_sql[] =
		"SELECT path_id FROM access UNION SELECT path_id FROM change"
		" UNION SELECT renamed_from_id FROM change WHERE renamed_from_id IS NOT NULL"
		" UNION SELECT path_id FROM notable_path UNION SELECT path_id FROM outcome ORDER BY 1";
	static const char find_sql[] = "SELECT path FROM path WHERE id = ?1";
	static const char insert_sql[] = "INSERT INTO path (id, path) VALUES (?1, ?2)";

	return copy_shared(x, ids_sql, find_sql, insert_sql, n, e);
}

static int
copy_words(struct export_file *x, struct err *e)
{
	static const char ids_sql[] =
		"SELECT op_id FROM access UNION SELECT flags_id FROM access UNION SELECT error_id FROM access";
	static const char find_sql[] = "SELECT word FROM word WHERE id = ?1";
	static const char insert_sql[] = "INSERT INTO word (id, word) VALUES (?1, ?2)";
	int64_t n;

	return copy_shared(x, ids_sql, find_sql, insert_sql, &n, e);
}

int
export_next_content(struct export_file *x, struct digest *out, struct err *e)
{
	static const char sql[] =
		"SELECT DISTINCT sha256 FROM " KEPT_CONTENTS " ORDER BY 1";
	int rc;

	if (!x->wanted && sqlite3_prepare_v2(x->db, sql, -1, &x->wanted, NULL) != SQLITE_OK)
		return write_failed(x, e);
	while ((rc = sqlite3_step(x->wanted)) == SQLITE_ROW) {
		if (sqlite3_column_bytes(x->wanted, 0) != DIGEST_SIZE)
			continue;
		memcpy(out->bytes, sqlite3_column_blob(x->wanted, 0), DIGEST_SIZE);
		return 1;
	}
	return rc == SQLITE_DONE ? 0 : write_failed(x, e);
}

static bool
all_zeros(const char *bytes, size_t len)
{
	return len == 0 || (bytes[0] == '\0' && memcmp(bytes, bytes + 1, len - 1) == 0);
}

static int
add_parts(struct export_file *x, int64_t id, int fd, char *part, int64_t *size_bytes, struct err *e)
{
	static const char sql[] = "INSERT INTO content_part (content_id, at, bytes) VALUES (?1, ?2, ?3)";
	ssize_t n;

	*size_bytes = 0;
	while ((n = io_read_full(fd, part, PART_BYTES)) > 0) {
		if (!all_zeros(part, (size_t)n) &&
		    STORE_RUN(x, e, sql, STMT_INT(id), STMT_INT(*size_bytes), STMT_BLOB(part, (size_t)n)) < 0)
			return err_prefix(e, "cannot write %s", x->path);
		*size_bytes += n;
	}
	return n < 0 ? err_system(e, "cannot read an old content") : 0;
}

int
export_content(struct export_file *x, const struct digest *d, int fd, int64_t *size_bytes, struct err *e)
{
	static const char begin_sql[] = "INSERT INTO content (sha256, size) VALUES (?1, 0) RETURNING id";
	static const char size_sql[] = "UPDATE content SET size = ?2 WHERE id = ?1";
	char *part = xmalloc(PART_BYTES);
	int64_t id;
	int rc = stmt_run_int(&x->stmts, x->db, begin_sql, STMT_VALUES(STMT_DIGEST(d)), &id, e);

	if (rc == 0)
		rc = add_parts(x, id, fd, part, size_bytes, e);
	if (rc == 0)
		rc = STORE_RUN(x, e, size_sql, STMT_INT(id), STMT_INT(*size_bytes));
	free(part);
	return rc;
}

int
export_content_lost(struct export_file *x, const struct digest *d, struct err *e)
{
	static const char tally_sql[] =
		"UPDATE run SET bytes_kept = max(0, bytes_kept - (SELECT coalesce(max(size), 0) FROM " KEPT_CONTENTS
		"  WHERE run_id = run.id AND sha256 = ?1))";
	static const char lost_sql[] =
		"UPDATE change SET old_content = 'not kept' WHERE sha256_before = ?1 AND old_content = 'kept'";
	static const char left_sql[] = "UPDATE change SET left_kept = NULL WHERE sha256_after = ?1 AND left_kept = 1";
	static const char *const steps[] = { tally_sql, lost_sql, left_sql };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(steps); i++)
		rc = STORE_RUN(x, e, steps[i], STMT_DIGEST(d));
	return rc;
}

static void
close_file(struct export_file *x)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		sqlite3_finalize(x->copy[i].select);
		sqlite3_finalize(x->copy[i].insert);
		x->copy[i].select = x->copy[i].insert = NULL;
	}
	sqlite3_finalize(x->wanted);
	x->wanted = NULL;
	stmt_cache_release(&x->stmts);
	sqlite3_close(x->db);
	x->db = NULL;
}

int
export_end(struct export_file *x, int64_t *n_paths, struct err *e)
{
	if (copy_paths(x, n_paths, e) < 0 || copy_words(x, e) < 0 || export_exec(x, "COMMIT", e) < 0)
		return -1;
	close_file(x);
	return 0;
}

void
export_free(struct export_file *x)
{
	if (!x)
		return;
	close_file(x);
	if (x->reading)
		sqlite3_exec(x->from->db, "COMMIT", NULL, NULL, NULL);
	free(x->path);
	free(x);
}
