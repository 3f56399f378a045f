/* Questions about what runs did. */
#include "config.h"

#include "store/query_change.h"

#include "store/cursor_impl.h"
#include "store/store_impl.h"

/* Times as the public views have them. */
#define TIME_TEXT(ns) \
	"strftime('%Y-%m-%d %H:%M:%S', " ns " / 1000000000, 'unixepoch')" \
	" || printf('.%03d', " ns " / 1000000 % 1000)"

#define BRIEF \
	"SELECT path, change, type, differs, renamed_from, size_before, size_after, mode_before, mode_after," \
	" target_before, target_after, sha256_before, sha256_after FROM changes"
#define NOT_ALL " AND change NOT IN ('unchanged', 'transient')"

int
query_changes(struct store *s, int64_t run_id, bool all, enum columns_wanted columns, struct cursor **out,
	      struct err *e)
{
	static const char *const sql[2][2] = {
		[COLUMNS_ALL] = {
			"SELECT * FROM changes WHERE run_id = ?1" NOT_ALL " ORDER BY path",
			"SELECT * FROM changes WHERE run_id = ?1 ORDER BY path",
		},
		[COLUMNS_BRIEF] = {
			BRIEF " WHERE run_id = ?1" NOT_ALL " ORDER BY path",
			BRIEF " WHERE run_id = ?1 ORDER BY path",
		},
	};

	return CURSOR_OPEN(s, out, e, sql[columns][all ? 1 : 0], STMT_INT(run_id));
}

int
query_processes(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	static const char sql[] = "SELECT * FROM processes WHERE run_id = ?1 ORDER BY id";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id));
}

int
query_processes_timed(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT v.*, (p.ended_ns - p.started_ns) / 1e9 AS seconds"
		" FROM processes AS v JOIN process AS p ON p.id = v.id WHERE v.run_id = ?1 ORDER BY v.id";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id));
}

int
query_processes_since(struct store *s, int64_t run_id, int64_t since_ns, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT v.*, (p.started_ns - ?2) / 1000000 AS started_ms, (p.ended_ns - ?2) / 1000000 AS ended_ms,"
		" p.image_id IS NOT NULL AS is_copy"
		" FROM processes AS v JOIN process AS p ON p.id = v.id WHERE v.run_id = ?1 ORDER BY v.id";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id), STMT_INT(since_ns));
}

int
query_connections(struct store *s, int64_t run_id, bool sockets_too, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT * FROM connections WHERE run_id = ?1 AND (?2 OR address IS NOT NULL)"
		" ORDER BY address IS NULL, first, process_id";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id), STMT_INT(sockets_too));
}

int
query_addresses(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT CASE WHEN port IS NULL THEN address WHEN family LIKE '%inet6' THEN '[' || address || ']:' || port"
		" ELSE address || ':' || port END AS address,"
		" CASE WHEN family IN ('AF_UNIX', 'AF_LOCAL') THEN 'UNIX socket' WHEN protocol GLOB 'IPPROTO_*'"
		" THEN substr(protocol, 9) ELSE family END AS protocol, error, sum(count) AS count, program"
		" FROM connections WHERE run_id = ?1 AND address IS NOT NULL AND family <> 'AF_NETLINK'"
		" GROUP BY 1, 2, 3, program ORDER BY min(first), 1, 2, 3, program";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id));
}

int
query_blind_lines(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT b.kind,"
		" CASE WHEN p.id IS NULL THEN b.detail"
		" ELSE printf('%s (pid %d) %s', coalesce(p.program, i.program, '?'), p.pid, b.detail) END AS detail"
		" FROM blind_spot AS b LEFT JOIN process AS p ON p.id = b.process_id"
		" LEFT JOIN process AS i ON i.id = p.image_id WHERE b.run_id = ?1 ORDER BY b.seq";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id));
}

int
query_blind_spots(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	static const char sql[] = "SELECT * FROM blind_spots WHERE run_id = ?1";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id));
}

int
query_notable(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	static const char sql[] = "SELECT * FROM notable WHERE run_id = ?1";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id));
}

int
query_refused(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT path, operation, error, sum(count) AS count, program FROM writes WHERE run_id = ?1 AND error IN"
		" ('EACCES', 'EPERM', 'EROFS', 'EBUSY', 'ETXTBSY', 'ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'ENOSYS', 'ENOMEM')"
		" GROUP BY path, operation, error, program ORDER BY path, operation, error, program";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id));
}

int
query_written_paths(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT DISTINCT path FROM writes WHERE run_id = ?1 AND error IS NULL ORDER BY path";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id));
}

int
query_change_sums(struct store *s, int64_t run_id, struct change_sums *out, struct err *e)
{
	/* files of holes are as large as one likes: sum() would fail where the numbers end */
	static const char sql[] =
		"SELECT CAST(total(coalesce(size_after, 0) - coalesce(size_before, 0)) AS INTEGER),"
		" count(DISTINCT sha256_before) FILTER (WHERE old_content = 'kept'),"
		" count(*) FILTER (WHERE old_content = 'not kept'),"
		" (SELECT CAST(total(bytes) AS INTEGER) FROM (SELECT max(size_before) AS bytes FROM change"
		"   WHERE run_id = ?1 AND old_content = 'kept' GROUP BY sha256_before))"
		" FROM change JOIN run AS r ON r.id = run_id AND r.state <> 'running'"
		" WHERE run_id = ?1 AND class <> 'parent'";
	struct cursor *c;
	int found;

	if (CURSOR_OPEN(s, &c, e, sql, STMT_INT(run_id)) < 0)
		return -1;
	found = cursor_next(c, e);
	if (found > 0) {
		out->bytes_more = cursor_int(c, 0);
		out->n_kept = cursor_int(c, 1);
		out->n_not_kept = cursor_int(c, 2);
		out->bytes_kept = cursor_int(c, 3);
	}
	cursor_close(c);
	return found < 0 ? -1 : 0;
}

int
query_changes_of(struct store *s, const int64_t *ids, size_t n, enum columns_wanted columns,
		 struct cursor **out, struct err *e)
{
#define OF_RUNS " WHERE run_id IN (SELECT value FROM json_each(?1)) ORDER BY path, run_id"
	static const char *const sql[] = {
		[COLUMNS_ALL] = "SELECT * FROM changes" OF_RUNS,
		[COLUMNS_BRIEF] = BRIEF OF_RUNS,
	};

	return CURSOR_OPEN(s, out, e, sql[columns], STMT_IDS(ids, n));
}

int
query_left(struct store *s, int64_t run_id, const char *dir, struct cursor **out, struct err *e)
{
	/* where only attributes differ the content may have been read once, before */
	static const char sql[] =
		"SELECT n.path, c.class AS change, c.type_after AS type, c.size_after AS size,"
		" c.mode_after AS mode, c.uid_after AS uid, c.gid_after AS gid, c.target_after AS target,"
		" nullif(lower(hex(coalesce(c.sha256_after, CASE WHEN c.class IN ('attributes', 'unchanged')"
		"  THEN c.sha256_before END))), '') AS sha256"
		" FROM change AS c JOIN path AS n ON n.id = c.path_id"
		" JOIN run AS r ON r.id = c.run_id AND r.state <> 'running'"
		" WHERE c.run_id = ?1 AND c.class <> 'parent' AND c.type_after IS NOT NULL"
		" AND n.path > ?2 AND n.path < ?3"
		" ORDER BY n.path";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id), STMT_BELOW(dir));
}

#define MOVED_NS \
	"WITH RECURSIVE above (p) AS (SELECT directory_of(h.path)" \
	" UNION ALL SELECT directory_of(p) FROM above WHERE p IS NOT NULL)" \
	" SELECT max(a.last_ns) FROM above JOIN path AS d ON d.path = above.p" \
	" JOIN access AS a ON a.run_id = c.run_id AND a.path_id = d.id AND a.process_id = c.process_id" \
	"  AND a.error_id = 0"

/*
 * The second half of wrote finds what was moved along with a directory: no call ever named it.  Its time is that of the
 * last call on anything above it.  The names that an undo has for a moment for what it takes away or puts back are left
 * out: they tell nobody who wrote a file.  Of hit, run_id is NULL where all runs count.
 */
#define WHO_WROTE \
	" wrote (run_id, path, change, type, process_id, first_ns, last_ns) AS (" \
	" SELECT a.run_id, h.path, c.class, coalesce(c.type_after, c.type_before), a.process_id," \
	"   min(a.first_ns), max(a.last_ns)" \
	"  FROM hit AS h JOIN access AS a ON a.path_id = h.id AND a.error_id = 0" \
	"   AND (h.run_id IS NULL OR a.run_id = h.run_id)" \
	"  LEFT JOIN change AS c ON c.run_id = a.run_id AND c.path_id = h.id" \
	"  JOIN word AS o ON o.id = a.op_id" \
	"  WHERE o.word <> 'inherited' OR c.class NOT IN ('unchanged', 'parent')" \
	"  GROUP BY a.run_id, h.id, a.process_id" \
	" UNION ALL SELECT c.run_id, h.path, c.class, coalesce(c.type_after, c.type_before), c.process_id," \
	"  (" MOVED_NS "), (" MOVED_NS ")" \
	"  FROM hit AS h JOIN change AS c ON c.path_id = h.id AND (h.run_id IS NULL OR c.run_id = h.run_id)" \
	"  JOIN run AS u ON u.id = c.run_id AND u.state <> 'running'" \
	"  WHERE c.class NOT IN ('parent', 'unchanged') AND NOT EXISTS (SELECT 1 FROM access AS a" \
	"   WHERE a.run_id = c.run_id AND a.path_id = h.id AND a.error_id = 0))" \
	" SELECT w.run_id," \
	"  CASE WHEN r.imported_ns IS NULL THEN r.name ELSE r.host || ':' || r.name END AS name," \
	"  w.path," \
	"  CASE WHEN r.state <> 'running' THEN nullif(w.change, 'parent') END AS change," \
	"  w.type, w.process_id, p.pid," \
	"  coalesce(p.program, i.program) AS program, coalesce(p.command, i.command) AS command," \
	"  r.command AS \"by\"," \
	TIME_TEXT("w.first_ns") " AS first, " TIME_TEXT("w.last_ns") " AS last" \
	" FROM wrote AS w JOIN run AS r ON r.id = w.run_id" \
	" LEFT JOIN process AS p ON p.id = w.process_id" \
	" LEFT JOIN process AS i ON i.id = p.image_id"
#define WHO_LATER "w.change IS NOT 'transient' OR r.kind NOT IN ('undo', 'uninstall')" \
	" ORDER BY w.run_id, w.path, w.first_ns, w.process_id"

int
query_who(struct store *s, const char *path, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"WITH hit (id, path, run_id) AS ("
		" SELECT id, path, NULL FROM path WHERE path = ?1"
		" UNION ALL SELECT id, path, NULL FROM path WHERE path > ?2 AND path < ?3),"
		WHO_WROTE " WHERE w.path = ?1 OR " WHO_LATER;

	return CURSOR_OPEN(s, out, e, sql, STMT_TEXT(path), STMT_BELOW(path));
}

int
query_who_content(struct store *s, const struct digest *digest, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"WITH hit (id, path, run_id) AS ("
		" SELECT c.path_id, n.path, c.run_id FROM change AS c JOIN path AS n ON n.id = c.path_id"
		"  WHERE c.sha256_after = ?1 AND c.sha256_after IS NOT NULL"
		" UNION SELECT c.path_id, n.path, c.run_id FROM change AS c JOIN path AS n ON n.id = c.path_id"
		"  WHERE c.sha256_before = ?1 AND c.sha256_before IS NOT NULL),"
		WHO_WROTE " WHERE " WHO_LATER;

	return CURSOR_OPEN(s, out, e, sql, STMT_DIGEST(digest));
}

int
query_any_below(struct store *s, const char *path, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM path WHERE path > ?1 AND path < ?2 LIMIT 1";
	int64_t one;

	return CURSOR_ONE_INT(s, &one, e, sql, STMT_BELOW(path));
}

int
query_ancestors(struct store *s, int64_t process_id, struct cursor **out, struct err *e)
{
	/* the bound ends what a damaged history could make a circle */
	static const char sql[] =
		"WITH RECURSIVE up (id, parent_id, n) AS ("
		" SELECT id, parent_id, 0 FROM process WHERE id = ?1"
		" UNION ALL SELECT p.id, p.parent_id, up.n + 1 FROM process AS p JOIN up ON p.id = up.parent_id"
		"  WHERE up.n < 1000)"
		" SELECT coalesce(p.program, i.program), coalesce(p.command, i.command),"
		" p.image_id IS NOT NULL"
		" FROM up JOIN process AS p ON p.id = up.id LEFT JOIN process AS i ON i.id = p.image_id"
		" ORDER BY up.n DESC";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(process_id));
}
