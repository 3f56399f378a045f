/* store/store: whatever database is opened, and however, nothing of it is run. */
#include "config.h"

#include "store/store.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "unit/history.h"
#include "store/cursor_impl.h"
#include "store/import_file.h"
#include "store/schema.h"
#include "store/store_impl.h"

/* What somebody who sends a history may put beside its tables. */
static const char sent_sql[] =
	"INSERT INTO run (id, uuid, kind, host, login, directory, command, started_ns, state, tracer_pid) VALUES"
	" (1, '0192d3a0-0000-7000-8000-000000000001', 'run', 'h', 'l', '/', 'true', 1, 'complete', 1);"
	"CREATE TABLE seen (what TEXT);"
	"CREATE TRIGGER inserted AFTER INSERT ON run BEGIN INSERT INTO seen VALUES ('insert'); END;"
	"CREATE TRIGGER changed AFTER UPDATE ON run BEGIN INSERT INTO seen VALUES ('update'); END;"
	"CREATE TRIGGER deleted AFTER DELETE ON run BEGIN INSERT INTO seen VALUES ('delete'); END;"
	"DROP VIEW runs; CREATE VIEW runs AS SELECT 77 AS id, 'sent' AS name;"
	"CREATE VIEW sent AS SELECT 1 AS one;";

static struct store *store;
static struct err e;

static void
begin(void)
{
	unit_enter_scratch();
	memset(&e, 0, sizeof(e));
	history_make(sent_sql);
}

static void
end(void)
{
	store_close(store);
	store = NULL;
	unit_leave_scratch();
}

static const struct {
	int what, want;
} settings[] = {
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
	{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
	{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
};

static void
expect_settings(sqlite3 *db)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		int is = -1;

		ck_assert_int_eq(sqlite3_db_config(db, settings[i].what, -1, &is), SQLITE_OK);
		ck_assert_msg(is == settings[i].want, "setting %d is %d", settings[i].what, is);
	}
}

static const enum store_mode modes[] = { STORE_READ, STORE_WRITE, STORE_RECORD, STORE_WRITE_EXISTING };

START_TEST(every_way_of_opening_trusts_nothing)
{
	store = history_open(modes[_i]);
	expect_settings(store->db);
	ck_assert_int_ne(sqlite3_exec(store->db, "SELECT load_extension('x')", NULL, NULL, NULL), SQLITE_OK);
	ck_assert_int_ne(sqlite3_exec(store->db, "SELECT * FROM sent", NULL, NULL, NULL), SQLITE_OK);
}
END_TEST

START_TEST(a_history_that_can_only_be_read_is_opened_so_too)
{
	ck_assert_int_eq(chmod("history.db", 0400), 0);
	/* root may write all the same; of a file of somebody else's it has a snapshot alone */
	if (geteuid() == 0)
		ck_assert_int_eq(chown("history.db", 12, 12), 0);
	store = history_open(STORE_READ);
	if (geteuid() == 0)
		ck_assert_int_ge(store_snapshot_fd(store), 0);
	else
		ck_assert(store->immutable);
	expect_settings(store->db);
}
END_TEST

START_TEST(a_file_to_be_imported_is_opened_so_too)
{
	struct import_file *f = NULL;

	ck_assert_msg(import_open(&f, "history.db", NULL, &e) == 0, "%s", e.text);
	expect_settings(f->db);
	import_close(f);
}
END_TEST

START_TEST(questions_are_asked_of_our_own_views)
{
	struct cursor *c;
	int64_t id = 0;

	store = history_open(modes[_i]);
	c = cursor_prepare(store, "SELECT id, command FROM runs", &e);
	if (modes[_i] == STORE_RECORD) {
		/* which has none: the file's would be refused */
		ck_assert_ptr_null(c);
		return;
	}
	ck_assert_msg(c != NULL, "%s", e.text);
	ck_assert_int_eq(cursor_next(c, &e), 1);
	id = cursor_int(c, 0);
	ck_assert_str_eq(cursor_text(c, 1, NULL), "true");
	cursor_close(c);
	ck_assert_int_eq(id, 1);
}
END_TEST

START_TEST(no_trigger_of_the_file_is_run)
{
	store = history_open(STORE_WRITE);
	ck_assert_int_eq(sqlite3_exec(store->db, "UPDATE run SET name = 'x'; INSERT INTO run (uuid, kind, host, login,"
				      " directory, command, started_ns, state, tracer_pid) SELECT 'u', kind, host, login,"
				      " directory, command, 2, state, 1 FROM run; DELETE FROM run WHERE id = 2",
				      NULL, NULL, NULL), SQLITE_OK);
	store_close(store);
	store = NULL;
	ck_assert_int_eq(history_ask("SELECT count(*) FROM seen"), 0);
}
END_TEST

START_TEST(who_reads_cannot_write)
{
	store = history_open(STORE_READ);
	ck_assert_int_ne(sqlite3_exec(store->db, "DELETE FROM run", NULL, NULL, NULL), SQLITE_OK);
}
END_TEST

/* What stands where a table should. */
static const struct {
	const char *sql, *says;
} forged[] = {
	{ "DROP TABLE notable_path", "no table notable_path" },
	{ "PRAGMA legacy_alter_table = ON; ALTER TABLE change RENAME TO other; CREATE VIEW change AS SELECT * FROM other", "change in it is no table" },
	{ "DROP TABLE notable_path; CREATE VIEW notable_path AS SELECT 1 AS run_id, 2 AS path_id, 'x' AS reason",
	  "notable_path in it is no table" },
	{ "DROP TABLE notable_path; CREATE VIRTUAL TABLE notable_path USING rtree(run_id, path_id, reason)",
	  "notable_path in it is no table" },
	{ "DROP TABLE notable_path; CREATE TABLE notable_path (run_id, path_id, reason AS (hex(zeroblob(99))))",
	  "notable_path has no column reason" },
	{ "ALTER TABLE path RENAME COLUMN path TO other", "path has no column path" },
	{ "CREATE TABLE content (id)", "content has no column sha256" },
	/* without a version nobody would look at its tables */
	{ "PRAGMA user_version = 0; DROP TABLE notable_path", "its schema has no version" },
	{ "PRAGMA user_version = -1; DROP TABLE notable_path", "its schema has no version" },
};

static void
expect_refusal(enum store_mode mode, const char *says)
{
	memset(&e, 0, sizeof(e));
	ck_assert_int_eq(store_open(&store, "history.db", mode, &e), -1);
	ck_assert_int_eq(e.code, ERR_INPUT);
	ck_assert_msg(strstr(e.text, says) != NULL && strstr(e.text, "cannot open history history.db: ") == e.text,
		      "%s", e.text);
	store = NULL;
}

START_TEST(a_history_without_its_tables_is_refused)
{
	history_do(forged[_i].sql);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		expect_refusal(modes[i], forged[_i].says);
}
END_TEST

/* SQLite would change names from one encoding to the other, and take what is no name's bytes out of them. */
START_TEST(a_history_of_another_encoding_is_refused)
{
	struct import_file *f = NULL;
	char *sql = xasprintf("PRAGMA encoding = 'UTF-16'; %s PRAGMA application_id = %d; PRAGMA user_version = %d",
			      schema_sql, SCHEMA_APPLICATION_ID, schema_newest());

	ck_assert_int_eq(unlink("history.db"), 0);
	history_do(sql);
	free(sql);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		expect_refusal(modes[i], "not UTF-8");
	ck_assert_int_eq(import_open(&f, "history.db", NULL, &e), -1);
	ck_assert_msg(strstr(e.text, "not UTF-8") != NULL, "%s", e.text);
}
END_TEST

/* A reader of a FIFO waits for a writer. */
START_TEST(what_is_no_regular_file_is_refused)
{
	struct import_file *f = NULL;

	ck_assert_int_eq(unlink("history.db"), 0);
	ck_assert_int_eq(mkfifo("history.db", 0600), 0);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		expect_refusal(modes[i], "no regular file");
	ck_assert_int_eq(import_open(&f, "history.db", NULL, &e), -1);
	ck_assert_msg(strcmp(e.text, "cannot import history.db: it is no regular file") == 0, "%s", e.text);
}
END_TEST

START_TEST(an_empty_file_says_nothing)
{
	ck_assert_int_eq(truncate("history.db", 0), 0);
	expect_refusal(STORE_READ, "it is empty");
	store = history_open(STORE_WRITE_EXISTING);
	store_close(store);
	store = history_open(STORE_READ);
}
END_TEST

static sqlite3 *other;

/* While somebody waits for it the other one ends what it does. */
static int
sleep_meanwhile(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs;
	ck_assert_int_eq(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	return microseconds;
}

/* SQLite itself does not wait here: two that came at once would wait for each other. */
START_TEST(the_log_is_waited_for)
{
	history_do("PRAGMA journal_mode = DELETE");
	ck_assert_int_eq(sqlite3_open("history.db", &other), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_vfs_find(NULL)->xSleep = sleep_meanwhile;
	store = history_open(STORE_WRITE);
	ck_assert(store_is_wal(store));
	sqlite3_close(other);
}
END_TEST

/* The user's own beside ours do no harm. */
START_TEST(more_tables_views_and_columns_are_nobodys_business)
{
	history_do("CREATE TABLE mine (x); CREATE VIEW recent AS SELECT * FROM run;"
		   "CREATE INDEX run_by_host ON run (host); ALTER TABLE run ADD COLUMN note TEXT; ANALYZE");
	store = history_open(modes[_i]);
	ck_assert_ptr_nonnull(store);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("db");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, every_way_of_opening_trusts_nothing, 0, ARRAY_SIZE(modes));
	tcase_add_test(tc, a_history_that_can_only_be_read_is_opened_so_too);
	tcase_add_test(tc, a_file_to_be_imported_is_opened_so_too);
	tcase_add_loop_test(tc, questions_are_asked_of_our_own_views, 0, ARRAY_SIZE(modes));
	tcase_add_test(tc, no_trigger_of_the_file_is_run);
	tcase_add_test(tc, who_reads_cannot_write);
	tcase_add_test(tc, a_history_of_another_encoding_is_refused);
	tcase_add_test(tc, what_is_no_regular_file_is_refused);
	tcase_add_test(tc, an_empty_file_says_nothing);
	tcase_add_test(tc, the_log_is_waited_for);
	tcase_add_loop_test(tc, a_history_without_its_tables_is_refused, 0, ARRAY_SIZE(forged));
	tcase_add_loop_test(tc, more_tables_views_and_columns_are_nobodys_business, 0, ARRAY_SIZE(modes));
	return unit_run("db", tc);
}
