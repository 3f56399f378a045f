/*
 * How SQLite means to answer: in a history of millions of rows nobody who asks for a run or a path may have to wait
 * until a whole table has been read.  SQLite's own program for each question tells (EXPLAIN): a table or index that is
 * gone through from its beginning or end is rewound, one that is searched is not.
 */
#include "config.h"

#include "store/cursor.h"

#include "file/state.h"
#include "unit/history.h"
#include "store/prune.h"
#include "store/query_change.h"
#include "store/query_run.h"
#include "store/query_state.h"
#include "store/query_view.h"
#include "store/rows.h"
#include "store/run.h"
#include "store/store_impl.h"
#include "store/undone.h"

/* Tables that grow with the files that runs write; there are some thousand runs at most. */
static bool
is_big(const char *table)
{
	return strcmp(table, "run") != 0 && strcmp(table, "word") != 0 && strncmp(table, "sqlite_", 7) != 0;
}

enum { CURSORS_MAX = 128 };

/* The table of a B-tree by the number of its first page; empty for what is no table of the history. */
static void
table_of_root(sqlite3 *db, int root, char out[64])
{
	sqlite3_stmt *stmt = NULL;

	out[0] = '\0';
	ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT tbl_name FROM sqlite_schema WHERE rootpage = ?1", -1, &stmt, NULL),
			 SQLITE_OK);
	sqlite3_bind_int(stmt, 1, root);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		snprintf(out, 64, "%s", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
}

/* What SQLite's program for sql does that it must not: into found, empty where there is nothing. */
static void
look_for_scans(sqlite3 *db, const char *sql, char found[128])
{
	static char cursors[CURSORS_MAX][64];
	char *explain = sqlite3_mprintf("EXPLAIN %s", sql);
	sqlite3_stmt *stmt = NULL;

	memset(cursors, 0, sizeof(cursors));
	found[0] = '\0';
	ck_assert_msg(sqlite3_prepare_v2(db, explain, -1, &stmt, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *op = (const char *)sqlite3_column_text(stmt, 1);
		int cursor = sqlite3_column_int(stmt, 2);

		if (strcmp(op, "OpenRead") == 0 || strcmp(op, "OpenWrite") == 0) {
			ck_assert_int_lt(cursor, CURSORS_MAX);
			table_of_root(db, sqlite3_column_int(stmt, 3), cursors[cursor]);
		}
		if ((strcmp(op, "Rewind") == 0 || strcmp(op, "Last") == 0) && cursor < CURSORS_MAX &&
		    cursors[cursor][0] && is_big(cursors[cursor]))
			snprintf(found, 128, "goes through all of %s", cursors[cursor]);
		if (strcmp(op, "OpenAutoindex") == 0)
			snprintf(found, 128, "makes an index first");
	}
	sqlite3_finalize(stmt);
	sqlite3_free(explain);
}

/* What people ask, in sqlite3 and by `writetrace sql`. */
static const char *const asked[] = {
	"SELECT * FROM changes WHERE run_id = 7",
	"SELECT path FROM changes WHERE run_id = 7 AND change = 'created' ORDER BY path",
	"SELECT * FROM changes WHERE path = '/etc/passwd'",
	"SELECT * FROM changes WHERE path GLOB '/usr/*'",
	"SELECT * FROM changes WHERE path > '/usr/' AND path < '/usr0'",
	"SELECT * FROM changes WHERE path IN ('/etc/passwd', '/etc/group')",
	"SELECT * FROM changes WHERE run_id = 7 AND path = '/etc/passwd'",
	"SELECT * FROM changes WHERE run_id = 7 AND path GLOB '/usr/*'",
	"SELECT * FROM changes WHERE run_id IN (7, 8)",
	"SELECT count(*) FROM changes WHERE run_id = 7",
	"SELECT * FROM changes WHERE run_id = (SELECT max(id) FROM runs)",
	"SELECT r.name, c.* FROM runs AS r JOIN changes AS c ON c.run_id = r.id WHERE r.name = 'hello'",
	"SELECT * FROM writes WHERE run_id = 7",
	"SELECT * FROM writes WHERE path = '/etc/passwd'",
	"SELECT * FROM writes WHERE path GLOB '/usr/*'",
	"SELECT * FROM writes WHERE run_id = 7 AND path = '/etc/passwd'",
	"SELECT * FROM writes WHERE run_id = 7 AND error IS NOT NULL",
	"SELECT * FROM writes WHERE run_id = 7 AND operation = 'rename'",
	"SELECT * FROM processes WHERE run_id = 7",
	"SELECT * FROM processes WHERE id = 7",
	"SELECT p.* FROM changes AS c JOIN processes AS p ON p.id = c.process_id WHERE c.path = '/etc/passwd'",
	"SELECT * FROM connections WHERE run_id = 7",
	"SELECT * FROM blind_spots WHERE run_id = 7",
	"SELECT * FROM notable WHERE run_id = 7",
	"SELECT * FROM notable WHERE path = '/etc/passwd'",
	"SELECT * FROM notable WHERE path GLOB '/etc/*'",
	"SELECT * FROM outcomes WHERE run_id = 7",
	"SELECT * FROM outcomes WHERE path = '/etc/passwd'",
	"SELECT * FROM runs WHERE name = 'hello'",
};

static void
expect_no_scan(sqlite3 *db, const char *sql)
{
	char found[128];

	look_for_scans(db, sql, found);
	ck_assert_msg(found[0] == '\0', "SQLite %s for %s", found, sql);
}

START_TEST(what_people_ask_is_found_by_an_index)
{
	struct store *s;

	history_make(NULL);
	s = history_open(STORE_READ);
	expect_no_scan(s->db, asked[_i]);
	store_close(s);
}
END_TEST

/* Without one index each, some of these cannot be answered otherwise than by reading a whole table. */
static const struct {
	const char *index, *sql;
} indexes[] = {
	{ "change_by_path", "SELECT * FROM changes WHERE path = '/etc/passwd'" },
	{ "change_by_path", "SELECT * FROM changes WHERE path GLOB '/usr/*'" },
	{ "access_by_path", "SELECT * FROM writes WHERE path = '/etc/passwd'" },
	{ "notable_by_path", "SELECT * FROM notable WHERE path = '/etc/passwd'" },
	{ "outcome_by_path", "SELECT * FROM outcomes WHERE path = '/etc/passwd'" },
	{ "connection_by_run", "SELECT * FROM connections WHERE run_id = 7" },
	{ "change_by_origin", "SELECT * FROM change WHERE renamed_from_id = 7" },
	{ "change_by_digest_before", "SELECT * FROM change WHERE sha256_before = x'00'" },
	{ "change_by_digest_after", "SELECT * FROM change WHERE sha256_after = x'00'" },
};

START_TEST(a_missing_index_is_noticed)
{
	char drop[128], found[128];
	struct store *s;

	history_make(NULL);
	s = history_open(STORE_WRITE);
	expect_no_scan(s->db, indexes[_i].sql);
	snprintf(drop, sizeof(drop), "DROP INDEX %s", indexes[_i].index);
	ck_assert_msg(sqlite3_exec(s->db, drop, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(s->db));
	look_for_scans(s->db, indexes[_i].sql, found);
	ck_assert_msg(found[0] != '\0', "without %s nothing is found wrong with %s", indexes[_i].index, indexes[_i].sql);
	store_close(s);
}
END_TEST

/* --- what the program itself asks --- */

struct heard {
	char *sql[256];
	size_t n;
};

static int
hear(unsigned what, void *context, void *stmt, void *text)
{
	struct heard *h = context;
	const char *sql = sqlite3_sql(stmt);

	(void)what;
	(void)text;
	if (!sql)
		return 0;
	for (size_t i = 0; i < h->n; i++) {
		if (strcmp(h->sql[i], sql) == 0)
			return 0;
	}
	ck_assert_uint_lt(h->n, ARRAY_SIZE(h->sql));
	h->sql[h->n++] = xstrdup(sql);
	return 0;
}

static void
drain(int rc, struct cursor **c, const struct err *e)
{
	struct err next = { 0 };

	ck_assert_msg(rc == 0, "%s", e->text);
	while (cursor_next(*c, &next) > 0)
		continue;
	cursor_close(*c);
}

/* run_id and path_id are those of the one row that there is: SQLite means the same for a million. */
static void
ask_about_runs(struct store *s)
{
	struct cursor *c = NULL;
	struct err e = { 0 };
	struct run_row row;
	int64_t id = 0;

	query_run(s, 1, &row, &e);
	query_run_release(&row);
	drain(query_runs(s, &c, &e), &c, &e);
	drain(query_runs_row(s, 1, &c, &e), &c, &e);
	query_run_exists(s, 1, &e);
	query_run_last(s, &id, &e);
	query_run_taken_back_by(s, 1, &id, &e);
	drain(query_runs_named(s, NULL, "a", &c, &e), &c, &e);
	drain(query_runs_named(s, "h", "a", &c, &e), &c, &e);
}

/* list, show, who, manifest, diff */
static void
ask_about_changes(struct store *s)
{
	struct change_sums sums;
	const int64_t ids[] = { 1, 2 };
	struct cursor *c = NULL;
	struct err e = { 0 };
	int64_t n = 0;

	for (int all = 0; all < 2; all++) {
		drain(query_changes(s, 1, all, COLUMNS_ALL, &c, &e), &c, &e);
		drain(query_changes(s, 1, all, COLUMNS_BRIEF, &c, &e), &c, &e);
	}
	drain(query_processes(s, 1, &c, &e), &c, &e);
	drain(query_processes_timed(s, 1, &c, &e), &c, &e);
	drain(query_connections(s, 1, true, &c, &e), &c, &e);
	drain(query_blind_spots(s, 1, &c, &e), &c, &e);
	drain(query_blind_lines(s, 1, &c, &e), &c, &e);
	drain(query_notable(s, 1, &c, &e), &c, &e);
	drain(query_written_paths(s, 1, &c, &e), &c, &e);
	query_change_sums(s, 1, &sums, &e);
	drain(query_changes_of(s, ids, 2, COLUMNS_ALL, &c, &e), &c, &e);
	drain(query_changes_of(s, ids, 2, COLUMNS_BRIEF, &c, &e), &c, &e);
	drain(query_left(s, 1, "/", &c, &e), &c, &e);
	drain(query_who(s, "/a", &c, &e), &c, &e);
	query_any_below(s, "/a", &e);
	drain(query_ancestors(s, 1, &c, &e), &c, &e);
	for (int view = 0; view < VIEW_COUNT; view++)
		drain(query_view(s, (enum view)view, 1, &c, &e), &c, &e);
	query_count_paths(s, ids, 2, &n, &e);
}

/* verify, cat, undo, uninstall */
static void
ask_about_states(struct store *s)
{
	const int64_t ids[] = { 1, 2 };
	struct state_row row = { 0 };
	struct cursor *c = NULL;
	struct err e = { 0 };

	drain(query_states_of(s, ids, 2, &c, &e), &c, &e);
	drain(query_states_at(s, 1, &c, &e), &c, &e);
	drain(query_states_moved(s, 1, 1, &c, &e), &c, &e);
	ck_assert_int_eq(query_state_of_path(s, 1, "/a", &row, &e), 1);
	query_state_release(&row);
	drain(undone_earlier(s, ids, 2, &c, &e), &c, &e);
	drain(undone_later_writers(s, ids, 2, ids, 2, &c, &e), &c, &e);
	drain(undone_unseen(s, ids, 2, &c, &e), &c, &e);
	drain(undone_running(s, ids, 2, &c, &e), &c, &e);
}

/* Recording, and prune of one run: which runs there are to choose from it has to count. */
static void
write_and_forget(struct store *s)
{
	static const struct file_state absent = { .type = FILE_ABSENT };
	const struct row_change change = {
		.run_id = 1, .path_id = 1, .class = CHANGE_CREATED, .before = &absent, .after = &absent,
	};
	const struct row_process process = { .run_id = 1, .seq = 1, .pid = 1, .exit_status = -1 };
	const struct row_access call = { .run_id = 1, .path_id = 1, .process_id = 1, .op = "open", .count = 1 };
	struct row_access replayed = call;
	struct digest digest = { { 0 } };
	struct cursor *c = NULL;
	struct err e = { 0 };
	int64_t id = 0;

	replayed.replayed = true;
	ck_assert_int_eq(store_begin(s, &e), 0);
	ck_assert_int_eq(row_path(s, "/a", &id, &e), 0);
	ck_assert_int_eq(row_path(s, "/b", &id, &e), 0);
	id = 0;
	ck_assert_int_eq(row_process(s, &process, &id, &e), 0);
	ck_assert_int_eq(row_access(s, &call, &e), 0);
	ck_assert_int_eq(row_access(s, &replayed, &e), 0);
	ck_assert_int_eq(row_change(s, &change, &e), 0);
	ck_assert_int_eq(row_notable(s, 1, 1, "reason", 0, &e), 0);
	ck_assert_int_eq(row_blind_spot(s, 1, 1, 0, "race", "d", &e), 0);
	ck_assert_int_eq(undone_outcome(s, 1, 1, "keep", NULL, &e), 0);
	ck_assert_int_eq(run_rename(s, 1, "a", &e), 0);
	ck_assert_int_eq(store_commit(s, &e), 0);
	drain(prune_sole_contents(s, 1, &c, &e), &c, &e);
	ck_assert_int_ge(prune_is_kept(s, &digest, &e), 0);
	ck_assert_int_eq(prune_contents(s, 1, &e), 0);
}

static const struct {
	void (*ask)(struct store *s);
	size_t at_least;	/* so many different questions: none is lost on the way here */
} parts[] = {
	{ ask_about_runs, 7 },
	{ ask_about_changes, 23 },
	{ ask_about_states, 7 },
	{ write_and_forget, 14 },
};

START_TEST(what_the_program_asks_is_found_by_an_index)
{
	struct heard heard = { .n = 0 };
	struct store *s;

	history_make("INSERT INTO run (uuid, kind, host, login, directory, command, started_ns, state, tracer_pid)"
		     " VALUES ('u', 'run', 'h', 'l', '/', 'c', 1, 'complete', 1);"
		     "INSERT INTO path (path) VALUES ('/a');"
		     "INSERT INTO change (run_id, path_id, class, type_after) VALUES (1, 1, 'created', 'file')");
	s = history_open(STORE_WRITE);
	ck_assert_int_eq(sqlite3_trace_v2(s->db, SQLITE_TRACE_STMT, hear, &heard), SQLITE_OK);
	parts[_i].ask(s);
	ck_assert_int_eq(sqlite3_trace_v2(s->db, 0, NULL, NULL), SQLITE_OK);
	ck_assert_uint_ge(heard.n, parts[_i].at_least);
	for (size_t i = 0; i < heard.n; i++) {
		expect_no_scan(s->db, heard.sql[i]);
		free(heard.sql[i]);
	}
	store_close(s);
}
END_TEST

/* A statement that runs for each row must not make a table of its own each time: that takes longer than the row. */
START_TEST(writing_a_row_makes_no_table)
{
	struct heard heard = { .n = 0 };
	struct store *s;
	bool heard_change = false;

	history_make("INSERT INTO run (uuid, kind, host, login, directory, command, started_ns, state, tracer_pid)"
		     " VALUES ('u', 'run', 'h', 'l', '/', 'c', 1, 'complete', 1)");
	s = history_open(STORE_WRITE);
	ck_assert_int_eq(sqlite3_trace_v2(s->db, SQLITE_TRACE_STMT, hear, &heard), SQLITE_OK);
	write_and_forget(s);
	ck_assert_int_eq(sqlite3_trace_v2(s->db, 0, NULL, NULL), SQLITE_OK);
	for (size_t i = 0; i < heard.n; i++) {
		static const char *const each[] = { "INTO path", "INTO access", "INTO change ", "INTO notable_path" };
		char *explain = sqlite3_mprintf("EXPLAIN %s", heard.sql[i]);
		sqlite3_stmt *stmt = NULL;
		bool is_each = false;

		for (size_t k = 0; k < ARRAY_SIZE(each); k++)
			is_each = is_each || strstr(heard.sql[i], each[k]);
		heard_change = heard_change || strstr(heard.sql[i], "INTO change ");
		ck_assert_int_eq(sqlite3_prepare_v2(s->db, explain, -1, &stmt, NULL), SQLITE_OK);
		while (is_each && sqlite3_step(stmt) == SQLITE_ROW)
			ck_assert_msg(strcmp((const char *)sqlite3_column_text(stmt, 1), "OpenEphemeral") != 0, "%s",
				      heard.sql[i]);
		sqlite3_finalize(stmt);
		sqlite3_free(explain);
		free(heard.sql[i]);
	}
	ck_assert(heard_change);
	store_close(s);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("plans");

	tcase_add_checked_fixture(tc, unit_enter_scratch, unit_leave_scratch);
	tcase_add_loop_test(tc, what_people_ask_is_found_by_an_index, 0, ARRAY_SIZE(asked));
	tcase_add_loop_test(tc, a_missing_index_is_noticed, 0, ARRAY_SIZE(indexes));
	tcase_add_loop_test(tc, what_the_program_asks_is_found_by_an_index, 0, ARRAY_SIZE(parts));
	tcase_add_test(tc, writing_a_row_makes_no_table);
	return unit_run("plans", tc);
}
