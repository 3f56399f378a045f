/* Taking runs back, as far as the history is concerned. */
#include "config.h"

#include "store/undone.h"

#include "store/cursor_impl.h"
#include "store/store_impl.h"

int
undone_earlier(struct store *s, const int64_t *ids, size_t n, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"WITH chosen (id) AS (SELECT value FROM json_each(?1))"
		" SELECT u.id, EXISTS (SELECT 1 FROM of_run AS o WHERE o.run_id = u.id AND o.of_run_id NOT IN chosen)"
		" FROM run AS u WHERE u.kind IN ('undo', 'uninstall') AND u.imported_ns IS NULL"
		" AND u.state IN ('complete', 'interrupted') AND u.id NOT IN chosen"
		" AND EXISTS (SELECT 1 FROM of_run AS o WHERE o.run_id = u.id AND o.of_run_id IN chosen)"
		" ORDER BY u.id";

	return CURSOR_OPEN(s, out, e, sql, STMT_IDS(ids, n));
}

int
undone_later_writers(struct store *s, const int64_t *ids, size_t n, const int64_t *except, size_t n_except,
		     struct cursor **out, struct err *e)
{
	/*
	 * The same bytes written again leave a row of attributes or unchanged: the calls tell.  An open alone
	 * writes nothing where neither content nor mtime moved, or where the mtime was set (touch(1)).
	 */
	static const char sql[] =
		"WITH chosen (id) AS (SELECT value FROM json_each(?1)),"
		" mine (path_id, first) AS (SELECT path_id, min(run_id) FROM change"
		"  WHERE run_id IN chosen AND class <> 'parent' GROUP BY path_id)"
		" SELECT n.path, max(c.run_id), r.name FROM mine AS m"
		" JOIN change AS c ON c.path_id = m.path_id AND c.run_id > m.first"
		" JOIN run AS r ON r.id = c.run_id AND r.kind IN ('run', 'attach') AND r.imported_ns IS NULL"
		"  AND r.state IN ('complete', 'interrupted')"
		" JOIN path AS n ON n.id = c.path_id"
		" WHERE c.run_id NOT IN chosen AND c.run_id NOT IN (SELECT value FROM json_each(?2))"
		" AND (c.class IN ('created', 'modified', 'deleted')"
		"  OR (c.class IN ('attributes', 'unchanged') AND EXISTS (SELECT 1 FROM access AS a"
		"   JOIN word AS o ON o.id = a.op_id LEFT JOIN word AS f ON f.id = a.flags_id"
		"   WHERE a.run_id = c.run_id AND a.path_id = c.path_id AND a.error_id = 0"
		"   AND (o.word IN ('create', 'rename', 'exchange', 'unlink', 'link', 'symlink', 'mkdir', 'rmdir',"
		"     'mknod', 'bind', 'truncate')"
		"    OR (o.word IN ('open', 'inherited') AND (instr(coalesce(f.word, ''), 'O_TRUNC') > 0"
		"     OR (instr(coalesce(c.differs, ''), 'mtime') > 0 AND NOT EXISTS (SELECT 1 FROM access AS t"
		"      JOIN word AS w ON w.id = t.op_id WHERE t.run_id = c.run_id AND t.path_id = c.path_id"
		"      AND t.error_id = 0 AND w.word = 'utime'))))))))"
		" AND NOT EXISTS (SELECT 1 FROM change AS uc JOIN run AS u ON u.id = uc.run_id"
		"  JOIN of_run AS o ON o.run_id = u.id AND o.of_run_id = c.run_id"
		"  WHERE uc.path_id = c.path_id AND uc.run_id > c.run_id AND uc.class <> 'parent'"
		"  AND u.kind IN ('undo', 'uninstall') AND u.state <> 'undone')"
		" GROUP BY n.path";

	return CURSOR_OPEN(s, out, e, sql, STMT_IDS(ids, n), STMT_IDS(except, n_except));
}

int
undone_unseen(struct store *s, const int64_t *ids, size_t n, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT run_id FROM unseen_end WHERE run_id IN (SELECT value FROM json_each(?1)) ORDER BY run_id";

	return CURSOR_OPEN(s, out, e, sql, STMT_IDS(ids, n));
}

int
undone_running(struct store *s, const int64_t *ids, size_t n, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT u.id, u.uuid FROM run AS u WHERE u.kind IN ('undo', 'uninstall') AND u.state = 'running'"
		" AND EXISTS (SELECT 1 FROM of_run AS o WHERE o.run_id = u.id"
		"  AND o.of_run_id IN (SELECT value FROM json_each(?1)))";

	return CURSOR_OPEN(s, out, e, sql, STMT_IDS(ids, n));
}

int
undone_outcome(struct store *s, int64_t run_id, int64_t path_id, const char *action, const char *reason,
	       struct err *e)
{
	static const char sql[] =
		"INSERT OR REPLACE INTO outcome (run_id, path_id, action, reason) VALUES (?1, ?2, ?3, ?4)";

	return STORE_RUN(s, e, sql, STMT_INT(run_id), STMT_INT(path_id), STMT_TEXT(action), STMT_TEXT(reason));
}

static int
take_back_all(struct store *s, const int64_t *ids, size_t n, enum run_state state, struct err *e)
{
	static const char give_back_sql[] =
		"UPDATE run SET state = coalesce(state_left, 'complete'), state_left = NULL"
		" WHERE state IN ('undone', 'uninstalled') AND id IN (SELECT o.of_run_id FROM of_run AS o"
		"  JOIN run AS u ON u.id = o.run_id AND u.kind IN ('undo', 'uninstall') WHERE o.run_id = ?1)";
	static const char take_sql[] =
		"UPDATE run SET state_left = coalesce(state_left, state), state = ?2 WHERE id = ?1";

	for (size_t i = 0; i < n; i++) {
		if (STORE_RUN(s, e, give_back_sql, STMT_INT(ids[i])) < 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++) {
		if (STORE_RUN(s, e, take_sql, STMT_INT(ids[i]), STMT_TEXT(run_state_names[state])) < 0)
			return -1;
	}
	return 0;
}

int
undone_runs(struct store *s, const int64_t *ids, size_t n, enum run_state state, struct err *e)
{
	if (store_begin(s, e) < 0)
		return -1;
	if (take_back_all(s, ids, n, state, e) == 0 && store_commit(s, e) == 0)
		return 0;
	store_rollback(s);
	return -1;
}
