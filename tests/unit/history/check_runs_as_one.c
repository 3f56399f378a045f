/* history/runs_as_one: several runs taken as one. */
#include "config.h"

#include "history/runs_as_one.h"

#include "unit/history.h"
#include "store/rows.h"
#include "store/run.h"

static struct err e;
static struct store *s;
static int64_t runs[3];
static size_t n_runs;

static void
begin(void)
{
	unit_enter_scratch();
	history_make(NULL);
	s = history_open(STORE_WRITE);
	n_runs = 0;
}

static void
end(void)
{
	store_close(s);
	unit_leave_scratch();
}

/* A file of this content; '-' for one that was not read, 0 for nothing. */
static struct file_state
file(char content)
{
	struct file_state f = { .type = content ? FILE_REGULAR : FILE_ABSENT, .mode = 0644, .size_bytes = 1 };

	f.has_digest = content && content != '-';
	if (f.has_digest)
		memset(f.digest.bytes, content, DIGEST_SIZE);
	return f;
}

/* A run that did this to /a alone. */
static void
add_run(enum change_class class, struct file_state before, struct file_state after, enum old_content old_content)
{
	char uuid[] = "u0";
	struct run_start start = {
		.uuid = uuid, .kind = RUN_KIND_RUN, .host = "h", .login = "l", .directory = "/", .command = "c",
	};
	struct run_end ended = { .ended_ns = (int64_t)n_runs + 1, .state = RUN_COMPLETE };
	struct row_change row = {
		.class = class, .before = &before, .after = &after, .old_content = old_content,
	};

	uuid[1] = (char)('0' + n_runs);
	ck_assert_int_eq(store_begin(s, &e), 0);
	ck_assert_int_eq(run_insert(s, &start, &row.run_id, &e), 0);
	ck_assert_int_eq(row_path(s, "/a", &row.path_id, &e), 0);
	ck_assert_int_eq(row_change(s, &row, &e), 0);
	ck_assert_int_eq(run_finish(s, row.run_id, &ended, &e), 0);
	ck_assert_int_eq(store_commit(s, &e), 0);
	runs[n_runs++] = row.run_id;
}

/* The one path that there is; *old: what the first run that changed it says of its old content. */
static struct path_change
only_with(const int64_t *undos, size_t n_undos, enum old_content *old)
{
	struct origins origins = { .n = 0 };
	struct runs_as_one r = { .undos = undos, .n_undos = n_undos, .origins = &origins };
	struct path_change l, none;

	ck_assert_int_eq(runs_as_one_open(&r, s, runs, n_runs, &e), 0);
	ck_assert_msg(runs_as_one_next(&r, &l, &e) == 1, "%s", e.text);
	ck_assert_str_eq(l.path, "/a");
	ck_assert_int_eq(runs_as_one_next(&r, &none, &e), 0);
	runs_as_one_close(&r);
	*old = OLD_NOT_NEEDED;
	for (size_t i = 0; *old == OLD_NOT_NEEDED && i < origins.n; i++)
		*old = origins.v[i].old_content;
	origin_release(&origins);
	return l;
}

static enum old_content old;

static struct path_change
only(void)
{
	return only_with(NULL, 0, &old);
}

START_TEST(one_run_is_as_it_was_recorded)
{
	struct path_change l;

	add_run(CHANGE_MODIFIED, file('1'), file('2'), OLD_KEPT);
	l = only();
	ck_assert_int_eq(l.class, CHANGE_MODIFIED);
	ck_assert_uint_eq(l.differs, DIFFERS_CONTENT);
	ck_assert_int_eq(old, OLD_KEPT);
	ck_assert_int_eq(l.first_run, runs[0]);
	ck_assert_int_eq(l.last_run, runs[0]);
	ck_assert_int_eq(l.last_ended_ns, 1);
	runs_as_one_release(&l);
}
END_TEST

START_TEST(before_the_first_and_after_the_last)
{
	struct path_change l;

	add_run(CHANGE_MODIFIED, file('1'), file('2'), OLD_NOT_KEPT);
	add_run(CHANGE_MODIFIED, file('2'), file('3'), OLD_KEPT);
	l = only();
	ck_assert_int_eq(l.before.digest.bytes[0], '1');
	ck_assert_int_eq(l.after.digest.bytes[0], '3');
	ck_assert_int_eq(old, OLD_NOT_KEPT);
	ck_assert_int_eq(l.first_run, runs[0]);
	ck_assert_int_eq(l.last_run, runs[1]);
	runs_as_one_release(&l);
}
END_TEST

START_TEST(what_the_second_takes_back_is_unchanged)
{
	struct path_change l;

	add_run(CHANGE_MODIFIED, file('1'), file('2'), OLD_KEPT);
	add_run(CHANGE_MODIFIED, file('2'), file('1'), OLD_KEPT);
	l = only();
	ck_assert_int_eq(l.class, CHANGE_UNCHANGED);
	runs_as_one_release(&l);
}
END_TEST

START_TEST(created_then_deleted_is_transient)
{
	struct path_change l;

	add_run(CHANGE_CREATED, file(0), file('2'), OLD_NOT_NEEDED);
	add_run(CHANGE_DELETED, file('2'), file(0), OLD_KEPT);
	l = only();
	ck_assert_int_eq(l.class, CHANGE_TRANSIENT);
	ck_assert_int_eq(l.after.type, FILE_ABSENT);
	runs_as_one_release(&l);
}
END_TEST

START_TEST(a_digest_goes_through_a_run_that_changed_attributes)
{
	struct file_state mode = file('-');
	struct path_change l;

	mode.mode = 0600;
	add_run(CHANGE_CREATED, file(0), file('2'), OLD_NOT_NEEDED);
	add_run(CHANGE_ATTRIBUTES, file('-'), mode, OLD_NOT_NEEDED);
	l = only();
	ck_assert(l.after.has_digest);
	ck_assert_int_eq(l.after.digest.bytes[0], '2');
	ck_assert_uint_eq(l.after.mode, 0600);
	runs_as_one_release(&l);
}
END_TEST

START_TEST(a_digest_comes_back_to_the_run_that_did_not_need_it)
{
	struct file_state mode = file('-'), read = file('1');
	struct path_change l;

	mode.mode = read.mode = 0600;
	add_run(CHANGE_ATTRIBUTES, file('-'), mode, OLD_NOT_NEEDED);
	add_run(CHANGE_MODIFIED, read, file('2'), OLD_KEPT);
	l = only();
	ck_assert(l.before.has_digest);
	ck_assert_int_eq(l.before.digest.bytes[0], '1');
	ck_assert_int_eq(l.class, CHANGE_MODIFIED);
	ck_assert_int_eq(old, OLD_KEPT);
	runs_as_one_release(&l);
}
END_TEST

START_TEST(an_edit_between_two_runs_is_not_taken_for_the_first_ones_work)
{
	struct file_state edited = file('-');
	struct path_change l;

	edited.mtime_ns = 5;
	add_run(CHANGE_CREATED, file(0), file('2'), OLD_NOT_NEEDED);
	add_run(CHANGE_ATTRIBUTES, edited, edited, OLD_NOT_NEEDED);
	l = only();
	ck_assert(!l.after.has_digest);
	runs_as_one_release(&l);
}
END_TEST

START_TEST(a_parent_is_one_only_where_every_run_says_so)
{
	struct file_state d = { .type = FILE_DIRECTORY, .mode = 0755 };
	struct path_change l;

	add_run(CHANGE_PARENT, d, d, OLD_NOT_NEEDED);
	l = only();
	ck_assert_int_eq(l.class, CHANGE_PARENT);
	runs_as_one_release(&l);
	add_run(CHANGE_UNCHANGED, d, d, OLD_NOT_NEEDED);
	l = only();
	ck_assert_int_eq(l.class, CHANGE_UNCHANGED);
	runs_as_one_release(&l);
}
END_TEST

START_TEST(each_run_says_whether_it_kept_the_content)
{
	struct path_change l;

	add_run(CHANGE_ATTRIBUTES, file('1'), file('1'), OLD_NOT_NEEDED);
	l = only();
	ck_assert(l.kept_content && l.last_kept_content && !l.parent_only);
	runs_as_one_release(&l);
	add_run(CHANGE_MODIFIED, file('1'), file('2'), OLD_KEPT);
	l = only();
	ck_assert(!l.kept_content && !l.last_kept_content);
	runs_as_one_release(&l);
	add_run(CHANGE_ATTRIBUTES, file('2'), file('2'), OLD_NOT_NEEDED);
	l = only();
	ck_assert(!l.kept_content && l.last_kept_content);
	runs_as_one_release(&l);
}
END_TEST

START_TEST(an_undo_alone_is_told_from_what_it_took_back)
{
	struct path_change l;

	add_run(CHANGE_MODIFIED, file('1'), file('2'), OLD_KEPT);
	l = only_with(runs, 1, &old);
	ck_assert(l.by_undos);
	runs_as_one_release(&l);
	add_run(CHANGE_MODIFIED, file('2'), file('1'), OLD_KEPT);
	l = only_with(runs + 1, 1, &old);
	ck_assert(!l.by_undos);
	ck_assert_int_eq(l.last_run, runs[1]);
	ck_assert_int_eq(l.class, CHANGE_UNCHANGED);
	runs_as_one_release(&l);
}
END_TEST

START_TEST(a_path_that_means_another_is_refused)
{
	struct runs_as_one r = { .n_undos = 0 };
	struct path_change l;

	add_run(CHANGE_CREATED, file(0), file('2'), OLD_NOT_NEEDED);
	history_do("UPDATE path SET path = '/a/../etc/passwd'");
	ck_assert_int_eq(runs_as_one_open(&r, s, runs, n_runs, &e), 0);
	ck_assert_int_eq(runs_as_one_next(&r, &l, &e), -1);
	ck_assert_int_eq(e.code, ERR_INPUT);
	runs_as_one_close(&r);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("runs_as_one");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, one_run_is_as_it_was_recorded);
	tcase_add_test(tc, before_the_first_and_after_the_last);
	tcase_add_test(tc, what_the_second_takes_back_is_unchanged);
	tcase_add_test(tc, created_then_deleted_is_transient);
	tcase_add_test(tc, a_digest_goes_through_a_run_that_changed_attributes);
	tcase_add_test(tc, a_digest_comes_back_to_the_run_that_did_not_need_it);
	tcase_add_test(tc, an_edit_between_two_runs_is_not_taken_for_the_first_ones_work);
	tcase_add_test(tc, a_parent_is_one_only_where_every_run_says_so);
	tcase_add_test(tc, each_run_says_whether_it_kept_the_content);
	tcase_add_test(tc, an_undo_alone_is_told_from_what_it_took_back);
	tcase_add_test(tc, a_path_that_means_another_is_refused);
	return unit_run("runs_as_one", tc);
}
