/* store/query_*: questions about what no common command leaves. */
#include "config.h"

#include "store/query_change.h"

#include "unit/history.h"

static struct store *store;
static struct err e;

static void
begin(void)
{
	unit_enter_scratch();
	memset(&e, 0, sizeof(e));
	history_make("INSERT INTO run (id, uuid, kind, host, login, directory, command, started_ns, ended_ns, state,"
		     " tracer_pid) VALUES (1, 'u', 'run', 'h', 'l', '/', 'mv d e', 1, 2, 'complete', 1);"
		     "INSERT INTO process (id, run_id, seq, pid, program, started_ns) VALUES (1, 1, 1, 1, 'mv', 1);"
		     "INSERT INTO word (id, word) VALUES (1, 'rename');");
}

static void
end(void)
{
	store_close(store);
	store = NULL;
	unit_leave_scratch();
}

/* Only the directory was named by a call; what is below it went along. */
static const char *const moved[] = {
	"/e/f",
	"/e/a/b/c",
	("/e/a\xc3/\xa9" "b"),		/* half a character in each of the two names */
	"/e/a\xc3/\xa9/\xa9\xa9",
	"/e/\x80/\xff\xfe",
	"/e/\xe2\x82/\xac",
};

START_TEST(who_knows_what_was_moved_along)
{
	struct cursor *c = NULL;
	char sql[512];

	snprintf(sql, sizeof(sql), "INSERT INTO path (id, path) VALUES (1, '/e'), (2, '%s');"
		 "INSERT INTO access VALUES (1, 1, 1, 1, 0, 0, 1, 1500000000000000000, 1500000001000000000);"
		 "INSERT INTO change (run_id, path_id, class, type_after, process_id) VALUES (1, 2, 'created', 'file', 1);",
		 moved[_i]);
	history_do(sql);
	store = history_open(STORE_READ);
	ck_assert_int_eq(query_who(store, moved[_i], &c, &e), 0);
	ck_assert_msg(cursor_next(c, &e) == 1, "%s", e.text);
	ck_assert_str_eq(cursor_text(c, 2, NULL), moved[_i]);
	ck_assert_str_eq(cursor_text(c, 7, NULL), "mv");
	ck_assert_str_eq(cursor_text(c, 11, NULL), "2017-07-14 02:40:01.000");
	ck_assert_int_eq(cursor_next(c, &e), 0);
	cursor_close(c);
}
END_TEST

/* Files of nothing but holes may be as large as numbers go. */
START_TEST(sums_stay_within_numbers)
{
	struct change_sums sums = { 0 };

	history_do("INSERT INTO path (id, path) VALUES (1, '/a'), (2, '/b'), (3, '/c');"
		   "INSERT INTO change (run_id, path_id, class, type_after, size_after) VALUES"
		   " (1, 1, 'created', 'file', 9223372036854775807), (1, 2, 'created', 'file', 8070450532247928832),"
		   " (1, 3, 'created', 'file', 8070450532247928832);");
	store = history_open(STORE_READ);
	ck_assert_msg(query_change_sums(store, 1, &sums, &e) == 0, "%s", e.text);
	ck_assert_int_eq(sums.bytes_more, INT64_MAX);
}
END_TEST

START_TEST(sums_are_exact)
{
	struct change_sums sums = { 0 };

	history_do("INSERT INTO path (id, path) VALUES (1, '/a'), (2, '/b'), (3, '/c');"
		   "INSERT INTO change (run_id, path_id, class, old_content, type_before, type_after, size_before, size_after,"
		   " sha256_before) VALUES (1, 1, 'deleted', 'kept', 'file', NULL, 4398046511105, NULL, zeroblob(32)),"
		   " (1, 2, 'modified', 'kept', 'file', 'file', 7, 3, zeroblob(32)),"
		   " (1, 3, 'deleted', 'not kept', 'file', NULL, 1, NULL, NULL);");
	store = history_open(STORE_READ);
	ck_assert_msg(query_change_sums(store, 1, &sums, &e) == 0, "%s", e.text);
	ck_assert_int_eq(sums.bytes_more, -4398046511110);
	ck_assert_int_eq(sums.n_kept, 1);
	ck_assert_int_eq(sums.n_not_kept, 1);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("query");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, who_knows_what_was_moved_along, 0, ARRAY_SIZE(moved));
	tcase_add_test(tc, sums_stay_within_numbers);
	tcase_add_test(tc, sums_are_exact);
	return unit_run("query", tc);
}
