/* store/schema and store/store: whose database is opened, and as what. */
#include "config.h"

#include "store/schema.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/mem.h"
#include "store/query_run.h"
#include "store/undone.h"
#include "unit/history.h"

START_TEST(a_fresh_history_is_of_the_newest_schema_and_private)
{
	struct stat st;

	history_make(NULL);
	ck_assert_int_eq(history_ask("SELECT user_version FROM pragma_user_version"), schema_newest());
	ck_assert_int_eq(history_ask("SELECT application_id FROM pragma_application_id"),
			 SCHEMA_APPLICATION_ID);
	ck_assert_int_eq(stat("history.db", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
}
END_TEST

/* Between the first of our statements and the second another process makes the history, if it is let. */
static int
make_meanwhile(void *other, int action, const char *name, const char *b, const char *c, const char *d)
{
	(void)b;
	(void)c;
	(void)d;
	if (action == SQLITE_PRAGMA && strcmp(name, "user_version") == 0)
		schema_migrate(other, "history.db", NULL);
	return SQLITE_OK;
}

START_TEST(a_history_that_is_made_at_this_moment_is_nobody_elses)
{
	sqlite3 *db, *other;
	struct err e = { 0 };
	int version = -1;

	ck_assert_int_eq(sqlite3_open("history.db", &other), SQLITE_OK);
	ck_assert_int_eq(sqlite3_open("history.db", &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_set_authorizer(db, make_meanwhile, other), SQLITE_OK);
	ck_assert_msg(schema_check(db, "history.db", &version, &e) == 0, "%s", e.text);
	ck_assert_int_eq(version, 0);
	ck_assert_int_eq(sqlite3_set_authorizer(db, NULL, NULL), SQLITE_OK);
	ck_assert_msg(schema_migrate(other, "history.db", &e) == 0, "%s", e.text);
	ck_assert_msg(schema_check(db, "history.db", &version, &e) == 0, "%s", e.text);
	ck_assert_int_eq(version, schema_newest());
	sqlite3_close(db);
	sqlite3_close(other);
}
END_TEST

START_TEST(missing_directories_are_made_private)
{
	struct err e = { 0 };
	struct store *s;
	struct stat st;
	char path[128];

	snprintf(path, sizeof(path), "%s/a/b/history.db", unit_dir);
	ck_assert_int_eq(store_open(&s, path, STORE_READ, &e), -1);
	ck_assert_int_eq(e.code, ERR_NOT_FOUND);
	ck_assert_int_eq(store_open(&s, path, STORE_WRITE_EXISTING, &e), -1);
	ck_assert_int_eq(e.code, ERR_NOT_FOUND);
	ck_assert_int_eq(access("a", F_OK), -1);	/* neither made anything */
	ck_assert_int_eq(store_open(&s, path, STORE_WRITE, &e), 0);
	store_close(s);
	ck_assert_int_eq(stat("a/b", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
}
END_TEST

static const char *const views[] = {
	"SELECT id, name, kind, of_run, uuid, host, login, directory, command, started, ended, seconds,"
	" exit_status, exit_signal, state, tracer_pid, imported, n_created, n_modified, n_attributes,"
	" n_deleted, n_blind_spots, bytes_kept FROM runs",
	"SELECT run_id, path, change, type, differs, renamed_from, size_before, size_after, mode_before,"
	" mode_after, uid_before, uid_after, gid_before, gid_after, mtime_before, mtime_after,"
	" target_before, target_after, sha256_before, sha256_after, process_id, program, command,"
	" old_content, disturbed, via FROM changes",
	"SELECT run_id, path, operation, flags, error, count, first, last, process_id, pid, program,"
	" command FROM writes",
	"SELECT run_id, id, parent_id, pid, program, command, directory, started, ended, exit_status,"
	" exit_signal FROM processes",
	"SELECT run_id, process_id, program, family, type, protocol, address, port, error, count, first"
	" FROM connections",
	"SELECT run_id, process_id, program, kind, detail FROM blind_spots",
	"SELECT run_id, path, reason FROM notable",
};

START_TEST(the_public_views_have_the_columns_that_were_promised)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db;
	int columns = 1;

	for (const char *p = views[_i]; *p; p++)
		columns += *p == ',';
	history_make(NULL);
	ck_assert_int_eq(sqlite3_open("history.db", &db), SQLITE_OK);
	ck_assert_msg(sqlite3_prepare_v2(db, views[_i], -1, &stmt, NULL) == SQLITE_OK, "%s",
		      sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
	/* and no others */
	char *star = sqlite3_mprintf("SELECT *%s", strstr(views[_i], " FROM "));
	ck_assert_int_eq(sqlite3_prepare_v2(db, star, -1, &stmt, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_column_count(stmt), columns);
	sqlite3_free(star);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}
END_TEST

/* What must be refused, whether to read or to write, and stay as it is. */
static const struct {
	const char *sql;
	const char *says;
} strangers[] = {
	{ "CREATE TABLE t (x)", "another program's database" },
	{ "PRAGMA application_id = 99", "another program's database" },
	{ "PRAGMA user_version = 7", "another program's database" },
	{ "PRAGMA application_id = 2004120163; PRAGMA user_version = 9999; CREATE TABLE t (x)", "newer" },
	{ "PRAGMA application_id = 2004120163; PRAGMA user_version = 3; CREATE TABLE t (x)", "before the first release" },
};

START_TEST(what_is_not_ours_or_newer_is_refused_and_left_alone)
{
	struct store *s = NULL;
	long long before;
	sqlite3 *db;

	ck_assert_int_eq(SCHEMA_APPLICATION_ID, 2004120163);
	ck_assert_int_eq(sqlite3_open("history.db", &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, strangers[_i].sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	before = history_ask("SELECT count(*) FROM sqlite_master");
	for (int mode = STORE_READ; mode <= STORE_WRITE_EXISTING; mode++) {
		struct err e = { 0 };

		ck_assert_int_eq(store_open(&s, "history.db", (enum store_mode)mode, &e), -1);
		ck_assert_int_eq(e.code, ERR_INPUT);
		ck_assert_msg(strstr(e.text, strangers[_i].says) != NULL, "%s", e.text);
		ck_assert_ptr_nonnull(strstr(e.text, "history.db"));
	}
	ck_assert_int_eq(history_ask("SELECT count(*) FROM sqlite_master"), before);
}
END_TEST

START_TEST(what_is_no_database_is_refused)
{
	struct err e = { 0 };
	struct store *s;
	FILE *f = fopen("history.db", "w");

	fputs("This is not a database, but long enough to be looked at as one: "
	      "a header has a hundred bytes, and this has some more.\n", f);
	fclose(f);
	ck_assert_int_eq(store_open(&s, "history.db", STORE_READ, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "history.db"));
	ck_assert_int_eq(store_open(&s, "history.db", STORE_WRITE, &e), -1);
	ck_assert_int_eq(store_open(&s, ".", STORE_WRITE, &e), -1);
}
END_TEST

START_TEST(opening_again_changes_nothing)
{
	long long cookie;

	history_make(NULL);
	cookie = history_ask("SELECT schema_version FROM pragma_schema_version");
	store_close(history_open(STORE_WRITE));
	ck_assert_int_eq(history_ask("SELECT schema_version FROM pragma_schema_version"), cookie);
}
END_TEST

/* A history as a program of an earlier schema left it. */
static void
make_past(void)
{
	char *file = xasprintf("%s/tests/data/history-4.sql", getenv("SRCDIR") ? getenv("SRCDIR") : ".");
	struct buf sql = BUF_INIT;

	ck_assert_msg(io_read_file(file, &sql, 1 << 20) == 0, "%s: %s", file, strerror(errno));
	history_do(sql.data);
	buf_release(&sql);
	free(file);
}

/* Word by word: ALTER TABLE sets a column behind the last one's comma, whatever comment stood there. */
static void
add_words(struct buf *out, const char *sql)
{
	bool apart = false;

	for (; *sql; sql++) {
		if (strncmp(sql, "--", 2) == 0)
			sql += strcspn(sql, "\n");
		if (*sql == '\0')
			break;
		if (strchr(" \t\n", *sql)) {
			apart = true;
			continue;
		}
		if (apart && *sql != ',' && *sql != ')')
			buf_addch(out, ' ');
		apart = *sql == ',';
		buf_addch(out, *sql);
	}
}

/* The statements that made the schema. */
static char *
ask_schema(void)
{
	static const char sql[] = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name";
	struct buf text = BUF_INIT;
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open("history.db", &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *sql_text = (const char *)sqlite3_column_text(stmt, 2);

		buf_addf(&text, "%s %s: ", sqlite3_column_text(stmt, 0), sqlite3_column_text(stmt, 1));
		add_words(&text, sql_text ? sql_text : "");
		buf_addch(&text, '\n');
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return buf_detach(&text);
}

/* Told from where they differ, since the whole is too long for a message. */
static void
expect_same_text(const char *got, const char *want)
{
	size_t same = 0;

	while (got[same] && got[same] == want[same])
		same++;
	ck_assert_msg(got[same] == want[same], "from here on it is %.200s, not %.200s", got + same, want + same);
}

static char *
ask_runs(struct store *s)
{
	struct buf text = BUF_INIT;
	struct err e = { 0 };
	struct cursor *c;

	ck_assert_int_eq(query_runs(s, &c, &e), 0);
	while (cursor_next(c, &e) > 0) {
		const char *of_run = cursor_text(c, 3, NULL);

		buf_addf(&text, "%lld %s %s;", (long long)cursor_int(c, 0), cursor_text(c, 2, NULL), of_run ? of_run : "-");
	}
	cursor_close(c);
	return buf_detach(&text);
}

static const char past_runs[] = "1 run -;2 run -;5 undo 2,1,4;6 uninstall 1;";

START_TEST(a_past_history_becomes_what_a_fresh_one_is)
{
	char *fresh, *migrated, *runs;
	long long blind_spots;
	struct store *s;

	history_make(NULL);
	fresh = ask_schema();
	ck_assert_int_eq(unlink("history.db"), 0);
	make_past();
	history_do("UPDATE sqlite_sequence SET seq = 9 WHERE name = 'run'");
	blind_spots = history_ask("SELECT count(*) FROM blind_spot");
	store_close(history_open(STORE_WRITE));
	migrated = ask_schema();
	expect_same_text(migrated, fresh);
	s = history_open(STORE_READ);
	runs = ask_runs(s);
	ck_assert_str_eq(runs, past_runs);
	store_close(s);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM of_run"), 4);
	ck_assert_int_eq(history_ask("SELECT group_concat(run_id) FROM unseen_end"), 2);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM changes WHERE run_id = 1 AND path = '/a' AND change = 'created'"
				     " AND renamed_from = '/b' AND size_after = 5 AND sha256_after = '01ff'"), 1);
	ck_assert_int_eq(history_ask("SELECT rdev_after FROM change"), 9);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM change WHERE birth_after IS NULL AND disturbed IS NULL"), 1);
	/* what refers to a run did not go with its table, nor a number that was given once */
	ck_assert_int_eq(history_ask("SELECT count(*) FROM blind_spot"), blind_spots);
	ck_assert_int_eq(history_ask("SELECT seq FROM sqlite_sequence WHERE name = 'run'"), 9);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM pragma_foreign_key_check"), 0);
	free(fresh);
	free(migrated);
	free(runs);
}
END_TEST

/* Reading does not bring it up to date, and finds in it what the newest has. */
START_TEST(a_past_history_is_read_as_it_is)
{
	const int64_t first = 1, both[] = { 1, 2 };
	struct err e = { 0 };
	struct cursor *c;
	struct store *s;
	int64_t by;
	char *runs;

	make_past();
	s = history_open(STORE_READ);
	runs = ask_runs(s);
	ck_assert_str_eq(runs, past_runs);
	ck_assert_int_eq(query_run_taken_back_by(s, 2, &by, &e), 1);
	ck_assert_int_eq(by, 5);
	ck_assert_int_eq(undone_earlier(s, &first, 1, &c, &e), 0);
	ck_assert_int_eq(cursor_next(c, &e), 1);
	ck_assert_int_eq(cursor_int(c, 0), 5);
	ck_assert_int_eq(cursor_int(c, 1), 1);		/* it took back others as well */
	ck_assert_int_eq(cursor_next(c, &e), 1);
	ck_assert_int_eq(cursor_int(c, 0), 6);
	ck_assert_int_eq(cursor_int(c, 1), 0);
	cursor_close(c);
	ck_assert_int_eq(undone_unseen(s, both, 2, &c, &e), 0);
	ck_assert_int_eq(cursor_next(c, &e), 1);
	ck_assert_int_eq(cursor_int(c, 0), 2);
	ck_assert_int_eq(cursor_next(c, &e), 0);
	cursor_close(c);
	ck_assert_int_eq(undone_running(s, both, 2, &c, &e), 0);
	ck_assert_int_eq(cursor_next(c, &e), 0);
	cursor_close(c);
	store_close(s);
	ck_assert_int_eq(history_ask("SELECT user_version FROM pragma_user_version"), 4);
	free(runs);
}
END_TEST

START_TEST(a_list_of_runs_that_is_none_is_left_out)
{
	make_past();
	history_do("UPDATE run SET of_run = '1,,2' WHERE id = 5; UPDATE run SET of_run = '1],[2' WHERE id = 6;"
		   "UPDATE run SET of_run = '1,\"x\",2.5,null,2' WHERE id = 2");
	store_close(history_open(STORE_WRITE));
	ck_assert_int_eq(history_ask("SELECT count(*) FROM of_run"), 2);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM runs WHERE of_run = '1,2' AND id = 2"), 1);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("schema");

	tcase_add_checked_fixture(tc, unit_enter_scratch, unit_leave_scratch);
	tcase_add_test(tc, a_fresh_history_is_of_the_newest_schema_and_private);
	tcase_add_test(tc, a_history_that_is_made_at_this_moment_is_nobody_elses);
	tcase_add_test(tc, missing_directories_are_made_private);
	tcase_add_loop_test(tc, the_public_views_have_the_columns_that_were_promised, 0, ARRAY_SIZE(views));
	tcase_add_loop_test(tc, what_is_not_ours_or_newer_is_refused_and_left_alone, 0,
			    ARRAY_SIZE(strangers));
	tcase_add_test(tc, what_is_no_database_is_refused);
	tcase_add_test(tc, opening_again_changes_nothing);
	tcase_add_test(tc, a_past_history_becomes_what_a_fresh_one_is);
	tcase_add_test(tc, a_past_history_is_read_as_it_is);
	tcase_add_test(tc, a_list_of_runs_that_is_none_is_left_out);
	return unit_run("schema", tc);
}
