/* Questions about runs. */
#include "config.h"

#include "store/query_run.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/cursor_impl.h"
#include "store/interim.h"
#include "store/store_impl.h"

/* Of the table run: those that run and attach have made here, each with a record of its own. */
#define RECORDED_HERE "kind IN ('run', 'attach') AND imported_ns IS NULL" \
	" AND NOT EXISTS (SELECT 1 FROM of_run AS o WHERE o.run_id = run.id)"

static char *
column_string(sqlite3_stmt *stmt, int column)
{
	const char *text = stmt_column_text(stmt, column);

	return text ? xstrdup(text) : NULL;
}

/* False for a row that no run of ours has: a constraint keeps a NULL out of a history, but not out of any file. */
static bool
load_run(sqlite3_stmt *stmt, struct run_row *r)
{
	bool has_status = sqlite3_column_type(stmt, 10) != SQLITE_NULL;

	r->id = sqlite3_column_int64(stmt, 0);
	r->name = column_string(stmt, 1);
	r->kind = run_kind_named(stmt_column_text(stmt, 2));
	r->uuid = column_string(stmt, 3);
	r->host = column_string(stmt, 4);
	r->login = column_string(stmt, 5);
	r->directory = column_string(stmt, 6);
	r->command = column_string(stmt, 7);
	r->started_ns = sqlite3_column_int64(stmt, 8);
	r->ended_ns = sqlite3_column_int64(stmt, 9);
	r->exit_status = has_status ? sqlite3_column_int(stmt, 10) : -1;
	r->exit_signal = sqlite3_column_int(stmt, 11);
	r->state = run_state_named(stmt_column_text(stmt, 12));
	r->tracer_pid = sqlite3_column_int64(stmt, 13);
	r->n_created = sqlite3_column_int64(stmt, 14);
	r->n_modified = sqlite3_column_int64(stmt, 15);
	r->n_attributes = sqlite3_column_int64(stmt, 16);
	r->n_deleted = sqlite3_column_int64(stmt, 17);
	r->n_blind_spots = sqlite3_column_int64(stmt, 18);
	r->bytes_kept = sqlite3_column_int64(stmt, 19);
	r->imported_ns = sqlite3_column_int64(stmt, 20);
	r->n_kept_back = sqlite3_column_int64(stmt, 21);
	return r->kind < RUN_KIND_COUNT && r->state < RUN_STATE_COUNT && r->uuid && r->host && r->login &&
	       r->directory && r->command;
}

int
query_run(struct store *s, int64_t id, struct run_row *out, struct err *e)
{
	static const char sql[] =
		"SELECT id, name, kind, uuid, host, login, directory, command, started_ns, ended_ns,"
		" exit_status, exit_signal, state, tracer_pid, n_created, n_modified, n_attributes,"
		" n_deleted, n_blind_spots, bytes_kept, imported_ns, n_kept_back FROM run WHERE id = ?1";
	struct cursor *c;
	int found;

	memset(out, 0, sizeof(*out));
	if (CURSOR_OPEN(s, &c, e, sql, STMT_INT(id)) < 0)
		return -1;
	found = cursor_next(c, e);
	if (found > 0 && !load_run(c->stmt, out)) {
		query_run_release(out);
		found = err_set(e, ERR_INPUT, "history %s is damaged: run %" PRId64 " cannot be read", s->path, id);
	}
	if (found > 0 && interim_has(s, id))
		out->state = RUN_RUNNING;
	cursor_close(c);
	return found;
}

void
query_run_release(struct run_row *r)
{
	free(r->name);
	free(r->uuid);
	free(r->host);
	free(r->login);
	free(r->directory);
	free(r->command);
	memset(r, 0, sizeof(*r));
}

int
query_runs(struct store *s, struct cursor **out, struct err *e)
{
	return query_runs_like(s, NULL, NULL, -1, out, e);
}

int
query_runs_like(struct store *s, const char *kinds, const char *names, int64_t newest, struct cursor **out, struct err *e)
{
	static const char sql[] =
		"SELECT * FROM (SELECT * FROM runs WHERE (?1 IS NULL OR instr(',' || ?1 || ',', ',' || kind || ',') > 0)"
		"  AND (?2 IS NULL OR name GLOB ?2) ORDER BY id DESC LIMIT ?3) ORDER BY id";

	return CURSOR_OPEN(s, out, e, sql, STMT_TEXT(kinds), STMT_TEXT(names), STMT_INT(newest));
}

int
query_runs_row(struct store *s, int64_t id, struct cursor **out, struct err *e)
{
	static const char sql[] = "SELECT * FROM runs WHERE id = ?1";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(id));
}

int
query_run_exists(struct store *s, int64_t id, struct err *e)
{
	static const char sql[] = "SELECT id FROM run WHERE id = ?1";
	int64_t found;

	return CURSOR_ONE_INT(s, &found, e, sql, STMT_INT(id));
}

int
query_run_last(struct store *s, int64_t *id, struct err *e)
{
	static const char sql[] =
		"SELECT id FROM run WHERE " RECORDED_HERE
		" ORDER BY id DESC LIMIT 1";

	return cursor_one_int(s, sql, NULL, 0, id, e);
}

int
query_runs_between(struct store *s, int64_t first, int64_t last, int64_t since_ns, struct cursor **out,
		   struct err *e)
{
	static const char sql[] =
		"SELECT id FROM run WHERE " RECORDED_HERE
		" AND id BETWEEN ?1 AND ?2 AND started_ns >= ?3 ORDER BY id";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(first), STMT_INT(last), STMT_INT(since_ns));
}

int
query_run_standing(struct store *s, bool also_uninstalled, int64_t *id, struct err *e)
{
	static const char sql[] =
		"SELECT id FROM run WHERE " RECORDED_HERE " AND state <> 'undone'"
		" AND NOT (?1 AND state = 'uninstalled') ORDER BY id DESC LIMIT 1";

	return CURSOR_ONE_INT(s, id, e, sql, STMT_INT(also_uninstalled));
}

int
query_run_taken_back_by(struct store *s, int64_t run_id, int64_t *id, struct err *e)
{
	static const char sql[] =
		"SELECT u.id FROM of_run AS o JOIN run AS u ON u.id = o.run_id AND u.kind IN ('undo', 'uninstall')"
		" WHERE o.of_run_id = ?1 ORDER BY u.id DESC LIMIT 1";

	return CURSOR_ONE_INT(s, id, e, sql, STMT_INT(run_id));
}

int
query_run_joined(struct store *s, int64_t run_id, int64_t *of_run, struct err *e)
{
	static const char sql[] = "SELECT of_run_id FROM of_run WHERE run_id = ?1 AND image_seq IS NOT NULL";

	return CURSOR_ONE_INT(s, of_run, e, sql, STMT_INT(run_id));
}

int
query_run_kept_back(struct store *s, int64_t run_id, int64_t *n, struct err *e)
{
	static const char sql[] = "SELECT n_kept_back FROM run WHERE id = ?1 AND n_kept_back IS NOT NULL";

	return CURSOR_ONE_INT(s, n, e, sql, STMT_INT(run_id));
}

int
query_runs_named(struct store *s, const char *host, const char *name, struct cursor **out, struct err *e)
{
	static const char here_sql[] =
		"SELECT id FROM run WHERE name = ?1 AND imported_ns IS NULL ORDER BY id DESC";
	static const char imported_sql[] =
		"SELECT id FROM run WHERE name = ?1 AND imported_ns IS NOT NULL AND host = ?2"
		" ORDER BY started_ns DESC, id DESC";

	return CURSOR_OPEN(s, out, e, host ? imported_sql : here_sql, STMT_TEXT(name), STMT_TEXT(host));
}

int
query_run_refused(struct store *s, int64_t run_id, const char *path, int64_t *n, struct err *e)
{
	static const char sql[] = "SELECT count(DISTINCT process_id) FROM writes"
				  " WHERE run_id = ?1 AND path = ?2 AND error IS NOT NULL";

	return CURSOR_ONE_INT(s, n, e, sql, STMT_INT(run_id), STMT_TEXT(path)) < 0 ? -1 : 0;
}
