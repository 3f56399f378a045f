/* The old contents in a stranger's file: which of them are wanted, and their bytes. */
#include "config.h"

#include "store/import_content.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "store/content.h"
#include "store/cursor_impl.h"
#include "store/store_impl.h"

/* A file of zeros costs nothing to claim, and its length in reading. */
#define CONTENT_BYTES_MAX (INT64_C(1) << 40)

/* The runs that were taken, for the caller to free. */
static int64_t *
taken_runs(const struct import_file *f, size_t *n)
{
	int64_t *ids = NULL;

	*n = 0;
	for (size_t i = 0; i < f->n_runs; i++) {
		if (!f->runs[i].here)
			*LIST_ADD(ids, *n) = f->runs[i].id;
	}
	return ids;
}

static int
load_wanted(struct import_file *f, struct store *to, struct err *e)
{
	static const char sql[] =
		"SELECT DISTINCT sha256 FROM " KEPT_CONTENTS " WHERE run_id IN (SELECT value FROM json_each(?1)) ORDER BY 1";
	struct cursor *c;
	int64_t *runs;
	size_t n;
	int more;

	if (f->wanted_known)
		return 0;
	runs = taken_runs(f, &n);
	more = CURSOR_OPEN(to, &c, e, sql, STMT_IDS(runs, n));
	free(runs);
	if (more < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0) {
		struct import_wanted *w = LIST_ADD(f->wanted, f->n_wanted);

		memcpy(w->digest.bytes, sqlite3_column_blob(c->stmt, 0), DIGEST_SIZE);
		w->found = false;
	}
	cursor_close(c);
	f->wanted_known = more == 0;
	return more;
}

static int
digest_to_wanted(const void *digest, const void *wanted)
{
	return memcmp(digest, ((const struct import_wanted *)wanted)->digest.bytes, DIGEST_SIZE);
}

static struct import_wanted *
find_wanted(const struct import_file *f, const void *digest)
{
	size_t at;

	return list_find(digest, f->wanted, f->n_wanted, sizeof(*f->wanted), digest_to_wanted, &at) ? &f->wanted[at]
		: NULL;
}

/* Both in the order of the contents' numbers, so that one pass over the parts is enough. */
static int
begin_contents(struct import_file *f, struct store *to, struct err *e)
{
	if (load_wanted(f, to, e) < 0)
		return -1;
	if (f->contents)
		return 0;
	f->content_id = 0;
	f->part_ready = false;
	f->contents = import_prepare(f, "SELECT id, sha256, size FROM content ORDER BY id", e);
	f->parts = f->contents
		? import_prepare(f, "SELECT content_id, at, bytes FROM content_part ORDER BY content_id, at", e) : NULL;
	return f->parts ? 0 : -1;
}

static bool
is_content(const struct import_file *f, sqlite3_stmt *row)
{
	return sqlite3_column_type(row, 0) == SQLITE_INTEGER && sqlite3_column_int64(row, 0) > f->content_id &&
	       sqlite3_column_type(row, 1) == SQLITE_BLOB && sqlite3_column_bytes(row, 1) == DIGEST_SIZE &&
	       sqlite3_column_type(row, 2) == SQLITE_INTEGER && sqlite3_column_int64(row, 2) >= 0 &&
	       sqlite3_column_int64(row, 2) <= CONTENT_BYTES_MAX;
}

int
import_next_content(struct import_file *f, struct store *to, struct digest *claimed, int64_t *size_bytes,
		    struct err *e)
{
	int rc;

	if (!f->has_contents)
		return load_wanted(f, to, e);
	if (begin_contents(f, to, e) < 0)
		return -1;
	while ((rc = sqlite3_step(f->contents)) == SQLITE_ROW) {
		struct import_wanted *w;

		if (!is_content(f, f->contents))
			return import_refuse(f, e, "a row of its table content cannot be right");
		f->content_id = sqlite3_column_int64(f->contents, 0);
		f->content_size = *size_bytes = sqlite3_column_int64(f->contents, 2);
		w = find_wanted(f, sqlite3_column_blob(f->contents, 1));
		if (!w)
			continue;
		w->found = true;
		*claimed = w->digest;
		return 1;
	}
	return rc == SQLITE_DONE ? 0 : import_failed(f, e);
}

/* Step to the next part of the content at hand, over those of contents that nobody wanted. */
static int
next_part(struct import_file *f, struct err *e)
{
	int rc = SQLITE_ROW;

	if (!f->part_ready)
		rc = sqlite3_step(f->parts);
	while (rc == SQLITE_ROW && sqlite3_column_int64(f->parts, 0) < f->content_id)
		rc = sqlite3_step(f->parts);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return import_failed(f, e);
	/* what belongs to a later content waits for it */
	f->part_ready = rc == SQLITE_ROW && sqlite3_column_int64(f->parts, 0) != f->content_id;
	return rc == SQLITE_ROW && !f->part_ready;
}

int
import_read_content(struct import_file *f, int fd, struct err *e)
{
	int64_t end = 0;
	int more;

	if (ftruncate(fd, f->content_size) < 0)
		return err_system(e, "cannot import %s: an old content of %lld bytes", f->path, (long long)f->content_size);
	while ((more = next_part(f, e)) > 0) {
		int64_t at = sqlite3_column_int64(f->parts, 1);
		const void *bytes = sqlite3_column_blob(f->parts, 2);
		int64_t len = sqlite3_column_bytes(f->parts, 2);

		if (sqlite3_column_type(f->parts, 1) != SQLITE_INTEGER ||
		    sqlite3_column_type(f->parts, 2) != SQLITE_BLOB || at < end || len > f->content_size ||
		    at > f->content_size - len)
			return import_refuse(f, e, "a row of its table content_part cannot be right");
		end = at + len;
		if (len > 0 && io_pwrite_full(fd, bytes, (size_t)len, at) < 0)
			return err_system(e, "cannot import %s: an old content", f->path);
	}
	return more;
}

void
import_contents_again(struct import_file *f)
{
	sqlite3_finalize(f->contents);
	sqlite3_finalize(f->parts);
	f->contents = f->parts = NULL;
}

/* The contents that came, for the statement below. */
static int
list_found(struct import_file *f, struct store *to, struct err *e)
{
	static const char make_sql[] =
		"CREATE TEMP TABLE IF NOT EXISTS import_found (sha256 BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;"
		"DELETE FROM import_found";
	static const char add_sql[] = "INSERT INTO temp.import_found (sha256) VALUES (?1)";

	if (sqlite3_exec(to->db, make_sql, NULL, NULL, NULL) != SQLITE_OK)
		return stmt_error(to->db, e);
	for (size_t i = 0; i < f->n_wanted; i++) {
		if (f->wanted[i].found && STORE_RUN(to, e, add_sql, STMT_DIGEST(&f->wanted[i].digest)) < 0)
			return -1;
	}
	return 0;
}

int
import_forget_missing(struct import_file *f, struct store *to, int64_t *n, struct err *e)
{
	static const char lost_sql[] =
		"UPDATE change SET old_content = 'not kept' WHERE run_id IN (SELECT value FROM json_each(?1))"
		" AND old_content = 'kept'"
		" AND (sha256_before IS NULL OR sha256_before NOT IN (SELECT sha256 FROM temp.import_found))";
	static const char left_sql[] =
		"UPDATE change SET left_kept = NULL WHERE run_id IN (SELECT value FROM json_each(?1)) AND left_kept = 1"
		" AND (sha256_after IS NULL OR sha256_after NOT IN (SELECT sha256 FROM temp.import_found))";
	static const char tally_sql[] =
		"UPDATE run SET bytes_kept = (SELECT coalesce(sum(bytes), 0) FROM (SELECT max(size) AS bytes"
		"  FROM " KEPT_CONTENTS " WHERE run_id = run.id GROUP BY sha256))"
		" WHERE id IN (SELECT value FROM json_each(?1))";
	static const char *const steps[] = { lost_sql, left_sql, tally_sql };
	size_t n_runs;
	int64_t *runs = taken_runs(f, &n_runs);
	int rc = list_found(f, to, e);

	*n = 0;
	for (size_t i = 0; i < f->n_wanted; i++)
		*n += !f->wanted[i].found;
	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(steps); i++) {
		rc = STORE_RUN(to, e, steps[i], STMT_IDS(runs, n_runs));
		if (rc == 0 && *n == 0 && f->n_wanted > 0)
			break;		/* nothing is missing: the tallies stay what they are */
	}
	free(runs);
	return rc;
}
