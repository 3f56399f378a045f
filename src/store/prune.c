/* Forgetting runs. */
#include "config.h"

#include "store/prune.h"

#include <string.h>

#include "store/content.h"
#include "store/cursor_impl.h"
#include "store/store_impl.h"

int
prune_run(struct store *s, int64_t run_id, struct err *e)
{
	/* the run's own rows go with its row: ON DELETE CASCADE; those of runs that joined it are its own */
	static const char *const steps[] = {
		"CREATE TEMP TABLE IF NOT EXISTS met (path_id INTEGER PRIMARY KEY)",
		"DELETE FROM met",
		"INSERT OR IGNORE INTO met SELECT path_id FROM access WHERE run_id = ?1",
		"INSERT OR IGNORE INTO met SELECT path_id FROM change WHERE run_id = ?1",
		"INSERT OR IGNORE INTO met SELECT renamed_from_id FROM change"
		" WHERE run_id = ?1 AND renamed_from_id IS NOT NULL",
		"INSERT OR IGNORE INTO met SELECT path_id FROM notable_path WHERE run_id = ?1",
		"INSERT OR IGNORE INTO met SELECT path_id FROM outcome WHERE run_id = ?1",
		"DELETE FROM run WHERE id IN (SELECT run_id FROM of_run WHERE of_run_id = ?1 AND image_seq IS NOT NULL)",
		"DELETE FROM run WHERE id = ?1",
		"DELETE FROM path WHERE id IN (SELECT path_id FROM met)"
		" AND NOT EXISTS (SELECT 1 FROM access AS a WHERE a.path_id = path.id)"
		" AND NOT EXISTS (SELECT 1 FROM change AS c WHERE c.path_id = path.id)"
		" AND NOT EXISTS (SELECT 1 FROM change AS c WHERE c.renamed_from_id = path.id)"
		" AND NOT EXISTS (SELECT 1 FROM notable_path AS n WHERE n.path_id = path.id)"
		" AND NOT EXISTS (SELECT 1 FROM outcome AS o WHERE o.path_id = path.id)",
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (STORE_RUN(s, e, steps[i], STMT_INT(run_id)) < 0)
			return err_prefix(e, "cannot forget run %lld", (long long)run_id);
	}
	return 0;
}

int
prune_contents(struct store *s, int64_t run_id, struct err *e)
{
	static const char *const steps[] = {
		"UPDATE change SET old_content = 'not kept' WHERE run_id = ?1 AND old_content = 'kept'",
		"UPDATE change SET left_kept = NULL WHERE run_id = ?1 AND left_kept = 1",
		"UPDATE run SET bytes_kept = 0 WHERE id = ?1",
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
		rc = STORE_RUN(s, e, steps[i], STMT_INT(run_id));
	return rc;
}

int
prune_runs(struct store *s, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT id, coalesce(name, (SELECT min(j.name) FROM of_run AS o JOIN run AS j ON j.id = o.run_id"
		"  WHERE o.of_run_id = r.id AND o.image_seq IS NOT NULL)), coalesce(ended_ns, started_ns), coalesce(k.n, 0),"
		" started_ns, command"
		" FROM run AS r LEFT JOIN (SELECT run_id, count(*) AS n FROM"
		"  (SELECT run_id FROM change INDEXED BY change_by_kept WHERE old_content = 'kept' UNION ALL"
		"   SELECT run_id FROM change INDEXED BY change_by_left WHERE left_kept = 1)"
		"  GROUP BY run_id) AS k ON k.run_id = r.id"
		" WHERE state <> 'running' ORDER BY id";

	return cursor_open(s, sql, NULL, 0, out, e);
}

int
prune_sole_contents(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT DISTINCT sha256 FROM " KEPT_CONTENTS " AS c WHERE run_id = ?1"
		" AND NOT EXISTS (SELECT 1 FROM change AS o WHERE o.sha256_before = c.sha256"
		"  AND o.old_content = 'kept' AND o.run_id <> ?1)"
		" AND NOT EXISTS (SELECT 1 FROM change AS o WHERE o.sha256_after = c.sha256"
		"  AND o.left_kept = 1 AND o.run_id <> ?1)";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id));
}

bool
prune_digest(const struct cursor *c, struct digest *out)
{
	size_t len;
	const char *bytes = cursor_text(c, 0, &len);

	if (!bytes || len != DIGEST_SIZE)
		return false;
	memcpy(out->bytes, bytes, DIGEST_SIZE);
	return true;
}

int
prune_is_kept(struct store *s, const struct digest *d, struct err *e)
{
	static const char sql[] =
		"SELECT 1 FROM change WHERE sha256_before = ?1 AND old_content = 'kept' UNION ALL"
		" SELECT 1 FROM change WHERE sha256_after = ?1 AND left_kept = 1 LIMIT 1";
	int64_t one;

	return STORE_FIND_INT(s, &one, e, sql, STMT_DIGEST(d));
}

int
prune_oldest_running(struct store *s, int64_t *ns, struct err *e)
{
	static const char sql[] =
		"SELECT started_ns FROM run WHERE state = 'running' ORDER BY started_ns LIMIT 1";

	return stmt_find_int(&s->stmts, s->db, sql, NULL, 0, ns, e);
}

static int
pragma(struct store *s, const char *sql, int64_t *value, struct err *e)
{
	return stmt_run_int(&s->stmts, s->db, sql, NULL, 0, value, e);
}

int
prune_compact(struct store *s, int64_t *bytes, struct err *e)
{
	static const char pages_sql[] = "PRAGMA page_count", free_sql[] = "PRAGMA freelist_count";
	static const char size_sql[] = "PRAGMA page_size";
	int64_t before, after, unused, size;

	*bytes = 0;
	if (pragma(s, pages_sql, &before, e) < 0 || pragma(s, free_sql, &unused, e) < 0 ||
	    pragma(s, size_sql, &size, e) < 0)
		return -1;
	if (unused == 0 || unused < before / 10)
		return 0;
	if (sqlite3_exec(s->db, "VACUUM", NULL, NULL, NULL) != SQLITE_OK)
		return stmt_error(s->db, e);
	if (pragma(s, pages_sql, &after, e) < 0)
		return -1;
	*bytes = (before - after) * size;
	return 0;
}
