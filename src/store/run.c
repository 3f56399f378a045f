/* The rows of `run`. */
#include "config.h"

#include "store/run.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "store/store_impl.h"

const char *const run_kind_names[RUN_KIND_COUNT] = {
	[RUN_KIND_RUN] = "run",
	[RUN_KIND_ATTACH] = "attach",
	[RUN_KIND_UNDO] = "undo",
	[RUN_KIND_UNINSTALL] = "uninstall",
};

const char *const run_state_names[RUN_STATE_COUNT] = {
	[RUN_RUNNING] = "running",
	[RUN_COMPLETE] = "complete",
	[RUN_INTERRUPTED] = "interrupted",
	[RUN_UNINSTALLED] = "uninstalled",
	[RUN_UNDONE] = "undone",
	[RUN_PARTLY_UNDONE] = "partly undone",
};

enum run_kind
run_kind_named(const char *word)
{
	return (enum run_kind)stmt_word(word, run_kind_names, RUN_KIND_COUNT);
}

enum run_state
run_state_named(const char *word)
{
	return (enum run_state)stmt_word(word, run_state_names, RUN_STATE_COUNT);
}

static bool
has_control(const char *text)
{
	uint32_t c;

	for (size_t len = strlen(text), n; len > 0; text += n, len -= n) {
		n = utf8_decode(text, len, &c);
		if (n > 0 && (c < 0x20 || (c >= 0x7f && c < 0xa0)))
			return true;
		if (n == 0)
			n = 1;
	}
	return false;
}

int
run_check_name(const char *name, struct err *e)
{
	const char *why = NULL;

	if (!*name)
		why = "it is empty";
	else if (name[strspn(name, "0123456789")] == '\0')
		why = "it would be taken for a run's number";
	else if (strcmp(name, "last") == 0)
		why = "'last' means the newest run";
	else if (name[0] == '-')
		why = "it would be taken for an option";
	else if (strchr(name, ':'))
		why = "a colon stands between the host and the name of an imported run";
	else if (has_control(name))
		why = "it has a control character";
	if (why)
		return err_set(e, ERR_USAGE, "a run cannot be named '%s': %s", name, why);
	return 0;
}

static int
insert_run(struct store *s, const struct run_start *start, int64_t *id, struct err *e)
{
	static const char sql[] =
		"INSERT INTO run (uuid, name, kind, host, login, directory, command, started_ns, tracer_pid, state)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'running') RETURNING id";

	return STORE_RUN_INT(s, id, e, sql, STMT_TEXT(start->uuid), STMT_TEXT(start->name),
			     STMT_TEXT(run_kind_names[start->kind]), STMT_TEXT(start->host), STMT_TEXT(start->login),
			     STMT_TEXT(start->directory), STMT_TEXT(start->command), STMT_INT(start->started_ns),
			     STMT_INT(start->tracer_pid));
}

static int
insert_of_run(struct store *s, const struct run_start *start, int64_t id, struct err *e)
{
	static const char sql[] = "INSERT INTO of_run (run_id, seq, of_run_id) VALUES (?1, ?2, ?3)";
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < start->n_of_run; i++)
		rc = STORE_RUN(s, e, sql, STMT_INT(id), STMT_INT((int64_t)i), STMT_INT(start->of_run[i]));
	return rc;
}

/* A savepoint, since the caller may be in a transaction or not. */
int
run_insert(struct store *s, const struct run_start *start, int64_t *id, struct err *e)
{
	if (start->n_of_run == 0)
		return insert_run(s, start, id, e);
	if (store_exec(s, "SAVEPOINT run", e) < 0)
		return -1;
	if (insert_run(s, start, id, e) == 0 && insert_of_run(s, start, *id, e) == 0 &&
	    store_exec(s, "RELEASE run", e) == 0)
		return 0;
	store_exec(s, "ROLLBACK TO run; RELEASE run", NULL);
	return -1;
}

/* The command is what the image executed next; where that failed, what it was itself. */
static int
insert_joined(struct store *s, const struct run_joined *j, struct err *e)
{
	static const char sql[] =
		"INSERT OR IGNORE INTO run (uuid, name, kind, host, login, directory, command, started_ns, ended_ns, exit_status,"
		" exit_signal, state, tracer_pid)"
		" SELECT ?1, ?2, 'run', r.host, r.login, coalesce(p.directory, r.directory),"
		"  coalesce(n.command, n.program, p.command, p.program, ''), p.started_ns, ?5, ?6, ?7, ?8, r.tracer_pid"
		" FROM process AS p JOIN run AS r ON r.id = p.run_id"
		" LEFT JOIN process AS n ON n.run_id = p.run_id AND n.seq ="
		"  (SELECT seq FROM process WHERE run_id = ?3 AND seq > ?4 AND parent_id = p.id AND pid = p.pid"
		"    AND image_id IS NULL ORDER BY seq LIMIT 1)"
		" WHERE p.run_id = ?3 AND p.seq = ?4";

	return STORE_RUN(s, e, sql, STMT_TEXT(j->uuid), STMT_TEXT(j->name), STMT_INT(j->of_run), STMT_INT(j->image),
			 STMT_INT_IF(j->ended_ns != 0, j->ended_ns), STMT_INT_IF(j->exit_status >= 0, j->exit_status),
			 STMT_INT_IF(j->exit_signal > 0, j->exit_signal),
			 STMT_TEXT(run_state_names[j->ended_ns != 0 ? RUN_COMPLETE : RUN_INTERRUPTED]));
}

/* A run that was there has its row of both, or is another, whose number a journal that somebody else made may give. */
int
run_insert_joined(struct store *s, const struct run_joined *j, struct err *e)
{
	static const char sql[] =
		"INSERT OR IGNORE INTO of_run (run_id, seq, of_run_id, image_seq)"
		" SELECT id, 0, ?2, ?3 FROM run WHERE uuid = ?1 AND changes() > 0";

	if (store_exec(s, "SAVEPOINT joined", e) < 0)
		return -1;
	if (insert_joined(s, j, e) == 0 &&
	    STORE_RUN(s, e, sql, STMT_TEXT(j->uuid), STMT_INT(j->of_run), STMT_INT(j->image)) == 0 &&
	    store_exec(s, "RELEASE joined", e) == 0)
		return 0;
	store_exec(s, "ROLLBACK TO joined; RELEASE joined", NULL);
	return -1;
}

/* From those that changed anything upwards: no index leads from a process to what it started. */
int
run_count_joined(struct store *s, int64_t of_run, struct err *e)
{
	static const char sql[] =
		"WITH RECURSIVE joined (run_id, id) AS ("
		"  SELECT o.run_id, p.id FROM of_run AS o JOIN process AS p ON p.run_id = o.of_run_id AND p.seq = o.image_seq"
		"   WHERE o.of_run_id = ?1),"
		" changed (id, class, n) AS ("
		"  SELECT process_id, class, count(*) FROM change WHERE run_id = ?1 AND process_id IS NOT NULL"
		"   GROUP BY 1, 2),"
		" above (of, id) AS (SELECT id, id FROM changed"
		"  UNION SELECT a.of, p.parent_id FROM above AS a CROSS JOIN process AS p ON p.id = a.id"
		"   WHERE p.run_id = ?1 AND p.parent_id IS NOT NULL),"
		" counted (run_id, class, n) AS (SELECT j.run_id, c.class, sum(c.n) FROM joined AS j"
		"  JOIN above AS a ON a.id = j.id JOIN changed AS c ON c.id = a.of GROUP BY 1, 2)"
		" UPDATE run SET"
		" n_created = coalesce((SELECT n FROM counted AS c WHERE c.run_id = run.id AND class = 'created'), 0),"
		" n_modified = coalesce((SELECT n FROM counted AS c WHERE c.run_id = run.id AND class = 'modified'), 0),"
		" n_attributes = coalesce((SELECT n FROM counted AS c WHERE c.run_id = run.id AND class = 'attributes'), 0),"
		" n_deleted = coalesce((SELECT n FROM counted AS c WHERE c.run_id = run.id AND class = 'deleted'), 0)"
		" WHERE id IN (SELECT run_id FROM of_run WHERE of_run_id = ?1 AND image_seq IS NOT NULL)";

	return STORE_RUN(s, e, sql, STMT_INT(of_run));
}

int
run_by_uuid(struct store *s, const char *uuid, int64_t *id, struct err *e)
{
	static const char sql[] = "SELECT id FROM run WHERE uuid = ?1";

	return STORE_FIND_INT(s, id, e, sql, STMT_TEXT(uuid));
}

int
run_is_running(struct store *s, int64_t id, struct err *e)
{
	static const char sql[] = "SELECT state = 'running' FROM run WHERE id = ?1";
	int64_t running = 0;

	return STORE_FIND_INT(s, &running, e, sql, STMT_INT(id)) < 0 ? -1 : running != 0;
}

int
run_finish(struct store *s, int64_t id, const struct run_end *end, struct err *e)
{
	static const char sql[] =
		"UPDATE run SET ended_ns = ?2, exit_status = ?3, exit_signal = ?4, state = ?5,"
		" n_created = ?6, n_modified = ?7, n_attributes = ?8, n_deleted = ?9,"
		" n_blind_spots = ?10, bytes_kept = ?11 WHERE id = ?1";

	return STORE_RUN(s, e, sql, STMT_INT(id), STMT_ID(end->ended_ns),
			 STMT_INT_IF(end->exit_status >= 0, end->exit_status),
			 STMT_INT_IF(end->exit_signal > 0, end->exit_signal), STMT_TEXT(run_state_names[end->state]),
			 STMT_INT(end->n_created), STMT_INT(end->n_modified), STMT_INT(end->n_attributes),
			 STMT_INT(end->n_deleted), STMT_INT(end->n_blind_spots), STMT_INT(end->bytes_kept));
}

int
run_mark_unseen(struct store *s, int64_t id, struct err *e)
{
	return STORE_RUN(s, e, "INSERT OR IGNORE INTO unseen_end (run_id) VALUES (?1)", STMT_INT(id));
}

int
run_discard(struct store *s, int64_t id, struct err *e)
{
	static const char delete_sql[] = "DELETE FROM run WHERE id = ?1";
	static const char number_sql[] =
		"UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = 'run' AND seq = ?1";

	return STORE_RUN(s, e, delete_sql, STMT_INT(id)) < 0 ? -1 : STORE_RUN(s, e, number_sql, STMT_INT(id));
}

int
run_rename(struct store *s, int64_t id, const char *name, struct err *e)
{
	static const char sql[] = "UPDATE run SET name = ?2 WHERE id = ?1";

	return STORE_RUN(s, e, sql, STMT_INT(id), STMT_TEXT(name));
}
