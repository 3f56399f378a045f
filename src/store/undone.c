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
		" AND u.state IN ('complete', 'interrupted', 'partly undone') AND u.id NOT IN chosen"
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
		"  AND r.state IN ('complete', 'interrupted', 'partly undone')"
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

const char undone_merged_reason[] = "merged";

int
undone_merged(struct store *s, const int64_t *ids, size_t n, struct cursor **out, struct err *e)
{
	/* the intention is stored before the work: only where there is a change it was done */
	static const char sql[] =
		"SELECT n.path FROM outcome AS o JOIN path AS n ON n.id = o.path_id"
		" JOIN change AS c ON c.run_id = o.run_id AND c.path_id = o.path_id AND c.class = 'modified'"
		" WHERE o.run_id IN (SELECT value FROM json_each(?1)) AND o.action = 'restore' AND o.reason = 'merged'";

	return CURSOR_OPEN(s, out, e, sql, STMT_IDS(ids, n));
}

static int
take_run(struct store *s, int64_t id, enum run_state state, const struct undone_rest *rest, struct err *e)
{
	static const char sql[] =
		"WITH open (n) AS (SELECT ?3 OR EXISTS (SELECT 1 FROM change WHERE run_id = ?1"
		"  AND path_id IN (SELECT value FROM json_each(?4)))),"
		" kept (n) AS (SELECT count(*) FROM change WHERE run_id = ?1 AND class <> 'parent'"
		"  AND path_id IN (SELECT value FROM json_each(?5)))"
		" UPDATE run SET state_left = coalesce(state_left, state),"
		" state = CASE WHEN (SELECT n FROM open) THEN 'partly undone' ELSE ?2 END,"
		" n_kept_back = CASE WHEN (SELECT n FROM open) THEN (SELECT n FROM kept) END WHERE id = ?1";

	return STORE_RUN(s, e, sql, STMT_INT(id), STMT_TEXT(run_state_names[state]), STMT_INT(rest->all),
			 STMT_IDS(rest->open, rest->n_open), STMT_IDS(rest->kept, rest->n_kept));
}

/* What the run, an undo, had taken back: again what it was, unless another undo of it stands, or this one in part. */
static int
give_back(struct store *s, int64_t id, const int64_t *taken, size_t n, struct err *e)
{
	static const char sql[] =
		"WITH standing (id) AS (SELECT o.of_run_id FROM of_run AS o JOIN run AS u ON u.id = o.run_id"
		"  AND u.kind IN ('undo', 'uninstall') AND u.state IN ('complete', 'interrupted', 'partly undone'))"
		" UPDATE run SET n_kept_back = CASE WHEN id IN standing THEN 0 END,"
		" state = CASE WHEN id IN standing THEN 'partly undone' ELSE coalesce(state_left, 'complete') END,"
		" state_left = CASE WHEN id IN standing THEN state_left END"
		" WHERE state IN ('undone', 'uninstalled', 'partly undone')"
		" AND id NOT IN (SELECT value FROM json_each(?2)) AND id IN (SELECT o.of_run_id FROM of_run AS o"
		"  JOIN run AS u ON u.id = o.run_id AND u.kind IN ('undo', 'uninstall') WHERE o.run_id = ?1)";

	return STORE_RUN(s, e, sql, STMT_INT(id), STMT_IDS(taken, n));
}

/* How many of them are partly undone. */
static int
count_partly(struct store *s, const int64_t *ids, size_t n, int64_t *count, struct err *e)
{
	static const char sql[] = "SELECT count(*) FROM run WHERE state = 'partly undone'"
				  " AND id IN (SELECT value FROM json_each(?1))";

	return STORE_FIND_INT(s, count, e, sql, STMT_IDS(ids, n)) < 0 ? -1 : 0;
}

static int
take_runs(struct store *s, const int64_t *ids, size_t n, enum run_state state, const struct undone_rest *rest,
	  struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = take_run(s, ids[i], state, rest, e);
	return rc;
}

static int
take_back_all(struct store *s, const int64_t *ids, size_t n, enum run_state state, const struct undone_rest *rest,
	      struct err *e)
{
	struct undone_rest of_all = *rest;
	int64_t partly = 0;
	int rc = take_runs(s, ids, n, state, rest, e);

	of_all.all = true;
	if (rc == 0 && rest->n_open > 0)
		rc = count_partly(s, ids, n, &partly, e);
	/* a path that none of them has a row of, such as another name of a file */
	if (rc == 0 && rest->n_open > 0 && partly == 0)
		rc = take_runs(s, ids, n, state, &of_all, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = give_back(s, ids[i], ids, n, e);
	return rc;
}

int
undone_runs(struct store *s, const int64_t *ids, size_t n, enum run_state state, const struct undone_rest *rest,
	    struct err *e)
{
	if (store_begin(s, e) < 0)
		return -1;
	if (take_back_all(s, ids, n, state, rest, e) == 0 && store_commit(s, e) == 0)
		return 0;
	store_rollback(s);
	return -1;
}
