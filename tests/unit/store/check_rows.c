/* store/rows and store/run: what a run hands to the history, seen through the public views. */
#include "config.h"

#include "store/rows.h"

#include <sys/stat.h>

#include "unit/history.h"
#include "store/query_state.h"
#include "store/run.h"

static struct err e;
static struct store *s;
static int64_t run_id;

static void
begin(void)
{
	const struct run_start start = {
		.uuid = "11111111-2222-3333-4444-555555555555", .kind = RUN_KIND_RUN, .host = "here", .login = "me",
		.directory = "/", .command = "make install", .started_ns = INT64_C(1794643200123000000),
		.tracer_pid = 42,
	};

	unit_enter_scratch();
	history_make(NULL);
	s = history_open(STORE_WRITE);
	ck_assert_int_eq(store_begin(s, &e), 0);
	ck_assert_int_eq(run_insert(s, &start, &run_id, &e), 0);
}

static void
commit(void)
{
	ck_assert_msg(store_commit(s, &e) == 0, "%s", e.text);
}

static void
finish_run(void)
{
	const struct run_end end = {
		.ended_ns = INT64_C(1794643202123000000), .exit_status = 0, .state = RUN_COMPLETE,
	};

	ck_assert_int_eq(run_finish(s, run_id, &end, &e), 0);
	commit();
}

static void
end(void)
{
	store_close(s);
	unit_leave_scratch();
}

START_TEST(a_path_is_stored_once_whatever_its_bytes)
{
	int64_t a, b, other;

	ck_assert_int_eq(row_path(s, "/a\xff\n", &a, &e), 0);
	ck_assert_int_eq(row_path(s, "/b", &other, &e), 0);
	ck_assert_int_eq(row_path(s, "/a\xff\n", &b, &e), 0);
	ck_assert_int_eq(a, b);
	ck_assert_int_ne(a, other);
	commit();
	ck_assert_int_eq(history_ask("SELECT count(*) FROM path WHERE path = CAST(x'2f61ff0a' AS TEXT)"
				     " AND typeof(path) = 'text'"), 1);
}
END_TEST

START_TEST(an_access_that_is_met_again_adds_up)
{
	struct row_access row = {
		.run_id = run_id, .process_id = 1, .op = "open", .flags = "O_WRONLY", .count = 2,
		.first_ns = 10, .last_ns = 20,
	};

	ck_assert_int_eq(row_path(s, "/a", &row.path_id, &e), 0);
	ck_assert_int_eq(row_access(s, &row, &e), 0);
	row.count = 3;
	row.first_ns = 30;
	row.last_ns = 40;
	ck_assert_int_eq(row_access(s, &row, &e), 0);
	row.error = "EACCES";		/* another row: an attempt that was refused */
	ck_assert_int_eq(row_access(s, &row, &e), 0);
	row.error = NULL;
	row.replayed = true;		/* what is there knows better */
	ck_assert_int_eq(row_access(s, &row, &e), 0);
	commit();
	ck_assert_int_eq(history_ask("SELECT count FROM writes WHERE error IS NULL"), 5);
	ck_assert_int_eq(history_ask("SELECT first_ns || last_ns FROM access WHERE count = 5"), 1040);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM writes WHERE error = 'EACCES'"
				     " AND operation = 'open' AND flags = 'O_WRONLY'"), 1);
}
END_TEST

START_TEST(words_are_found_again_after_a_rollback)
{
	struct row_access row = {
		.run_id = run_id, .process_id = 1, .op = "chmod", .count = 1, .first_ns = 1, .last_ns = 1,
	};

	commit();
	ck_assert_int_eq(store_begin(s, &e), 0);
	ck_assert_int_eq(row_path(s, "/a", &row.path_id, &e), 0);
	ck_assert_int_eq(row_access(s, &row, &e), 0);
	store_rollback(s);
	ck_assert_int_eq(store_begin(s, &e), 0);
	ck_assert_int_eq(row_path(s, "/a", &row.path_id, &e), 0);
	ck_assert_int_eq(row_access(s, &row, &e), 0);
	commit();
	ck_assert_int_eq(history_ask("SELECT count(*) FROM writes WHERE operation = 'chmod'"), 1);
}
END_TEST

START_TEST(a_process_is_brought_up_to_date)
{
	struct row_process row = {
		.run_id = run_id, .seq = 1, .pid = 7, .program = "/bin/sh", .command = "sh", .directory = "/",
		.started_ns = 5, .exit_status = -1,
	};
	int64_t id = 0, again = 0, fork_id = 0;

	ck_assert_int_eq(row_process(s, &row, &id, &e), 0);
	row.ended_ns = 9;
	row.exit_status = 3;
	ck_assert_int_eq(row_process(s, &row, &again, &e), 0);
	ck_assert_int_eq(id, again);
	row.exit_status = 4;
	ck_assert_int_eq(row_process(s, &row, &again, &e), 0);
	ck_assert_int_eq(id, again);
	row = (struct row_process){ .run_id = run_id, .seq = 2, .parent_id = id, .pid = 8, .image_id = id,
				    .started_ns = 6, .exit_status = -1, .exit_signal = 9 };
	ck_assert_int_eq(row_process(s, &row, &fork_id, &e), 0);
	commit();
	ck_assert_int_eq(history_ask("SELECT exit_status FROM processes WHERE pid = 7"), 4);
	/* a fork runs its parent's program */
	ck_assert_int_eq(history_ask("SELECT program = '/bin/sh' AND command = 'sh' AND exit_signal = 9"
				     " AND exit_status IS NULL FROM processes WHERE pid = 8"), 1);
}
END_TEST

START_TEST(a_change_has_its_two_sides_in_their_columns)
{
	struct file_state before = {
		.type = FILE_REGULAR, .mode = 04755, .uid = 1, .gid = 2, .size_bytes = 3,
		.mtime_ns = INT64_C(-1500000000), .dev = 4, .ino = 5, .nlink = 6, .has_digest = true,
	};
	struct file_state after = {
		.type = FILE_SYMLINK, .mode = 0777, .uid = 7, .gid = 8, .mtime_ns = 1, .target = (char[]){ "t" },
	};
	struct row_change row = {
		.run_id = run_id, .class = CHANGE_MODIFIED, .differs = "type", .before = &before, .after = &after,
	};

	memset(before.digest.bytes, 0xab, DIGEST_SIZE);
	ck_assert_int_eq(row_path(s, "/a", &row.path_id, &e), 0);
	row.class = CHANGE_DELETED;
	row.after = NULL;
	ck_assert_int_eq(row_change(s, &row, &e), 0);
	row.class = CHANGE_MODIFIED;
	row.after = &after;
	ck_assert_int_eq(row_change(s, &row, &e), 0);	/* takes the place of what was written before */
	finish_run();
	ck_assert_int_eq(history_ask("SELECT count(*) FROM change"), 1);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM changes WHERE type = 'symlink' AND mode_before = 2541"
				     " AND mode_after = 511 AND uid_before = 1 AND uid_after = 7"
				     " AND gid_before = 2 AND gid_after = 8 AND size_before = 3"
				     " AND size_after IS NULL AND target_before IS NULL"
				     " AND target_after = 't' AND sha256_after IS NULL"
				     " AND sha256_before GLOB 'abab*' AND length(sha256_before) = 64"), 1);
	/* times before 1970 are rounded down, not towards zero */
	ck_assert_int_eq(history_ask("SELECT mtime_before = '1969-12-31 23:59:58.500000000' FROM changes"), 1);
	ck_assert_int_eq(history_ask("SELECT mtime_after = '1970-01-01 00:00:00.000000001' FROM changes"), 1);
}
END_TEST

static bool
same_state(const struct file_state *a, const struct file_state *b)
{
	return a->type == b->type && a->mode == b->mode && a->uid == b->uid && a->gid == b->gid &&
	       a->size_bytes == b->size_bytes && a->mtime_ns == b->mtime_ns && a->dev == b->dev &&
	       a->ino == b->ino && a->nlink == b->nlink && a->rdev == b->rdev && a->iflags == b->iflags &&
	       strcmp(a->target ? a->target : "", b->target ? b->target : "") == 0 &&
	       a->xattrs_len == b->xattrs_len && (a->xattrs_len == 0 || memcmp(a->xattrs, b->xattrs, a->xattrs_len) == 0) &&
	       a->has_digest == b->has_digest && (!a->has_digest || digest_equal(&a->digest, &b->digest));
}

START_TEST(states_come_back_as_they_went)
{
	char xattrs[] = "user.a\0\3\0\0\0x\0y";
	struct file_state sides[3] = {
		{ .type = FILE_REGULAR, .mode = 06755, .uid = UINT32_MAX - 1, .gid = 2, .size_bytes = INT64_MAX,
		  .mtime_ns = -1, .dev = UINT64_MAX, .ino = UINT64_MAX - 1, .nlink = 6, .iflags = 0x80000010,
		  .xattrs = xattrs, .xattrs_len = 14, .has_digest = true },
		{ .type = FILE_SYMLINK, .mode = 0777, .target = (char[]){ "t\xff\n" } },
		{ .type = FILE_CHAR, .mode = 0666, .rdev = 0x103 },
	};
	struct row_change row = { .run_id = run_id, .class = CHANGE_MODIFIED, .old_content = OLD_KEPT };
	struct state_row got = { 0 };
	struct cursor *c;
	int64_t path_id;

	for (int i = 0; i < DIGEST_SIZE; i++)
		sides[0].digest.bytes[i] = (unsigned char)(i * 7);
	ck_assert_int_eq(row_path(s, "/b\xff", &path_id, &e), 0);
	for (int i = 0; i < 3; i++) {
		char path[] = "/3";

		path[1] = (char)('3' - i);	/* they come in the order of the paths */
		row.before = &sides[i];
		row.after = i == 1 ? NULL : &sides[2 - i];
		row.renamed_from_id = i == 1 ? path_id : 0;
		ck_assert_int_eq(row_path(s, path, &row.path_id, &e), 0);
		ck_assert_int_eq(row_change(s, &row, &e), 0);
	}
	finish_run();
	ck_assert_int_eq(query_states_of(s, &run_id, 1, &c, &e), 0);
	for (int i = 2; i >= 0; i--) {
		ck_assert_msg(query_state_next(c, &got, &e) == 1, "%s", e.text);
		ck_assert_int_eq(got.path[1], '3' - i);
		ck_assert_int_eq(got.run_ended_ns, INT64_C(1794643202123000000));
		ck_assert_int_eq(got.old_content, OLD_KEPT);
		ck_assert(same_state(&got.before, &sides[i]));
		if (i == 1) {
			ck_assert_int_eq(got.after.type, FILE_ABSENT);
			ck_assert_str_eq(got.renamed_from, "/b\xff");
		} else {
			ck_assert(same_state(&got.after, &sides[2 - i]));
			ck_assert_ptr_null(got.renamed_from);
		}
		query_state_release(&got);
	}
	ck_assert_int_eq(query_state_next(c, &got, &e), 0);
	cursor_close(c);
}
END_TEST

START_TEST(states_of_a_path_come_newest_first_and_without_imported_runs)
{
	const struct run_start start = {
		.uuid = "u2", .kind = RUN_KIND_RUN, .host = "h", .login = "l", .directory = "/", .command = "c",
	};
	const struct run_end later = { .ended_ns = INT64_C(1894643202123000000), .state = RUN_COMPLETE };
	struct file_state after = { .type = FILE_REGULAR };
	struct row_change row = { .run_id = run_id, .class = CHANGE_CREATED, .after = &after };
	int64_t first = run_id, second, path_id;
	struct state_row got = { 0 };
	struct cursor *c;

	ck_assert_int_eq(row_path(s, "/a", &row.path_id, &e), 0);
	path_id = row.path_id;
	ck_assert_int_eq(row_change(s, &row, &e), 0);
	finish_run();
	ck_assert_int_eq(store_begin(s, &e), 0);
	ck_assert_int_eq(run_insert(s, &start, &second, &e), 0);
	row.run_id = second;
	ck_assert_int_eq(row_change(s, &row, &e), 0);
	ck_assert_int_eq(run_finish(s, second, &later, &e), 0);
	commit();
	ck_assert_int_eq(query_states_at(s, path_id, &c, &e), 0);
	ck_assert_int_eq(query_state_next(c, &got, &e), 1);
	ck_assert_int_eq(got.run_id, second);
	query_state_release(&got);
	ck_assert_int_eq(query_state_next(c, &got, &e), 1);
	ck_assert_int_eq(got.run_id, first);
	query_state_release(&got);
	ck_assert_int_eq(query_state_next(c, &got, &e), 0);
	cursor_close(c);
	history_do("UPDATE run SET imported_ns = 1 WHERE uuid = 'u2'");
	ck_assert_int_eq(query_states_at(s, path_id, &c, &e), 0);
	ck_assert_int_eq(query_state_next(c, &got, &e), 1);
	ck_assert_int_eq(got.run_id, first);
	query_state_release(&got);
	ck_assert_int_eq(query_state_next(c, &got, &e), 0);
	cursor_close(c);
}
END_TEST

START_TEST(a_state_that_no_run_can_have_written_is_refused)
{
	struct file_state after = { .type = FILE_REGULAR };
	struct row_change row = { .run_id = run_id, .class = CHANGE_CREATED, .after = &after };
	struct state_row got = { 0 };
	struct cursor *c;

	ck_assert_int_eq(row_path(s, "/a", &row.path_id, &e), 0);
	ck_assert_int_eq(row_change(s, &row, &e), 0);
	finish_run();
	history_do("UPDATE change SET type_after = 'elephant'");
	ck_assert_int_eq(query_states_of(s, &run_id, 1, &c, &e), 0);
	ck_assert_int_eq(query_state_next(c, &got, &e), -1);
	ck_assert_int_eq(e.code, ERR_INPUT);
	cursor_close(c);
}
END_TEST

START_TEST(an_absent_side_has_no_values)
{
	struct file_state absent = { .type = FILE_ABSENT, .mode = 0777 };
	struct file_state after = { .type = FILE_DIRECTORY, .mode = 0755 };
	struct row_change row = {
		.run_id = run_id, .class = CHANGE_CREATED, .before = &absent, .after = &after,
	};

	ck_assert_int_eq(row_path(s, "/a", &row.path_id, &e), 0);
	ck_assert_int_eq(row_change(s, &row, &e), 0);
	row.class = CHANGE_PARENT;		/* not a change at all */
	ck_assert_int_eq(row_path(s, "/b", &row.path_id, &e), 0);
	ck_assert_int_eq(row_change(s, &row, &e), 0);
	finish_run();
	ck_assert_int_eq(history_ask("SELECT count(*) FROM changes"), 1);
	ck_assert_int_eq(history_ask("SELECT mode_before IS NULL AND uid_before IS NULL"
				     " AND mtime_before IS NULL AND mode_after = 493 FROM changes"), 1);
}
END_TEST

START_TEST(a_run_that_has_not_ended_has_no_changes_to_show)
{
	struct file_state after = { .type = FILE_REGULAR };
	struct row_change row = { .run_id = run_id, .class = CHANGE_CREATED, .after = &after };

	ck_assert_int_eq(row_path(s, "/a", &row.path_id, &e), 0);
	ck_assert_int_eq(row_change(s, &row, &e), 0);
	commit();
	ck_assert_int_eq(history_ask("SELECT count(*) FROM changes"), 0);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM runs WHERE ended IS NULL AND seconds IS NULL"
				     " AND started = '2026-11-14 08:00:00.123'"), 1);
}
END_TEST

START_TEST(a_run_that_never_began_leaves_its_number)
{
	const struct run_start start = {
		.uuid = "u2", .kind = RUN_KIND_RUN, .host = "h", .login = "l", .directory = "/", .command = "c",
	};
	int64_t discarded, next;

	ck_assert_int_eq(run_insert(s, &start, &discarded, &e), 0);
	ck_assert_int_eq(run_discard(s, discarded, &e), 0);
	ck_assert_int_eq(run_insert(s, &start, &next, &e), 0);
	ck_assert_int_eq(discarded, next);
	commit();
}
END_TEST

/* A journal says by which number a run within a run is known, and it may be anybody's. */
START_TEST(a_run_that_joins_takes_no_other_with_it)
{
	const struct run_start start = {
		.uuid = "u2", .kind = RUN_KIND_RUN, .host = "h", .login = "l", .directory = "/", .command = "c",
	};
	const struct row_process process = {
		.run_id = run_id, .seq = 1, .pid = 7, .program = "/bin/sh", .exit_status = -1,
	};
	struct run_joined joined = { .uuid = "u2", .of_run = run_id, .image = 1, .exit_status = -1 };
	int64_t other, id = 0;

	ck_assert_int_eq(run_insert(s, &start, &other, &e), 0);
	ck_assert_int_eq(row_process(s, &process, &id, &e), 0);
	ck_assert_int_eq(run_insert_joined(s, &joined, &e), 0);
	joined.uuid = "u3";
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(run_insert_joined(s, &joined, &e), 0);
	commit();
	ck_assert_int_eq(history_ask("SELECT count(*) FROM of_run AS o JOIN run AS r ON r.id = o.run_id WHERE r.uuid = 'u2'"),
			 0);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM of_run AS o JOIN run AS r ON r.id = o.run_id WHERE r.uuid = 'u3'"),
			 1);
}
END_TEST

START_TEST(blind_spots_are_counted_once)
{
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(row_blind_spot(s, run_id, 1, 0, "service", "words", &e), 0);
	commit();
	ck_assert_int_eq(history_ask("SELECT count(*) FROM blind_spots WHERE process_id IS NULL"), 1);
}
END_TEST

/* 40 MB in one transaction: more than is left in the log. */
static void
add_long_paths(void)
{
	static char path[4000];
	int64_t id;

	memset(path, 'x', sizeof(path) - 1);
	for (int i = 0; i < 10000; i++) {
		snprintf(path, 16, "/%d", i);
		path[strlen(path)] = '-';
		ck_assert_int_eq(row_path(s, path, &id, &e), 0);
	}
	commit();
}

/* The log is gone once all is folded in and the last one closes; here another one is still there. */
START_TEST(a_log_is_folded_in_by_another_thread)
{
	struct stat before, after;
	sqlite3 *other;

	commit();
	ck_assert_int_eq(sqlite3_open("history.db", &other), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(other, "SELECT count(*) FROM path", NULL, NULL, NULL), SQLITE_OK);
	ck_assert_int_eq(stat("history.db", &before), 0);
	store_fold_aside(s);
	store_fold_aside(s);
	ck_assert_int_eq(store_begin(s, &e), 0);
	add_long_paths();
	store_close(s);
	ck_assert_int_eq(stat("history.db", &after), 0);
	ck_assert_int_gt(after.st_size, before.st_size + 40000000);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM path"), 10000);
	sqlite3_close(other);
	s = history_open(STORE_WRITE);
	ck_assert_int_eq(store_begin(s, &e), 0);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("rows");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, a_path_is_stored_once_whatever_its_bytes);
	tcase_add_test(tc, an_access_that_is_met_again_adds_up);
	tcase_add_test(tc, words_are_found_again_after_a_rollback);
	tcase_add_test(tc, a_process_is_brought_up_to_date);
	tcase_add_test(tc, a_change_has_its_two_sides_in_their_columns);
	tcase_add_test(tc, states_come_back_as_they_went);
	tcase_add_test(tc, states_of_a_path_come_newest_first_and_without_imported_runs);
	tcase_add_test(tc, a_state_that_no_run_can_have_written_is_refused);
	tcase_add_test(tc, an_absent_side_has_no_values);
	tcase_add_test(tc, a_run_that_has_not_ended_has_no_changes_to_show);
	tcase_add_test(tc, a_run_that_never_began_leaves_its_number);
	tcase_add_test(tc, a_run_that_joins_takes_no_other_with_it);
	tcase_add_test(tc, blind_spots_are_counted_once);
	tcase_add_test(tc, a_log_is_folded_in_by_another_thread);
	return unit_run("rows", tc);
}
