/* record/recorder and record/finish: from calls to the rows of `changes` and `writes`. */
#include "config.h"

#include "record/finish.h"

#include <sys/xattr.h>

#include "file/fskind.h"
#include "unit/recording.h"
#include "store/store_impl.h"

static const struct timespec some_time[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

static bool
is_on_overlay(void)
{
	int fd = open(".", O_PATH | O_CLOEXEC);
	bool is = fskind_of(fd, fskind_dev(fd)) == FS_OVERLAY;

	close(fd);
	return is;
}

static void
writes_a_new_file(void)
{
	do_write("a", "new");
}

static void
writes_into_a_file(void)
{
	do_write("old", "other");
}

static void
writes_what_is_there_already(void)
{
	do_write("old", "old");
}

static void
hides_a_write_by_its_time(void)
{
	do_write("old", "OLD");
	do_utime("old", some_time);
}

static void
puts_everything_back(void)
{
	do_write("old", "other");
	do_write("old", "old");
	do_utime("old", some_time);
}

static void
opens_and_writes_nothing(void)
{
	do_write("old", NULL);
}

static void
truncates(void)
{
	do_truncate("old", 1);
}

static void
changes_modes(void)
{
	do_chmod("old", 0600);
	do_chmod("d", 0700);
}

static void
removes(void)
{
	do_unlink("old");
	do_unlink("s");
}

static void
makes_a_temporary(void)
{
	do_write("tmp", "x");
	do_unlink("tmp");
}

static void
writes_beside_and_renames(void)
{
	do_write("tmp", "better");
	do_rename("tmp", "old");
}

static void
moves(void)
{
	do_rename("old", "a");
}

static void
moves_over_another(void)
{
	do_rename("old", "other");
}

static void
moves_and_writes(void)
{
	do_rename("old", "a");
	do_write("a", "written");
}

static void
moves_on_and_on(void)
{
	do_rename("old", "a");
	do_rename("a", "b");
	do_rename("b", "d/c");
}

static void
moves_and_back(void)
{
	do_rename("old", "a");
	do_rename("a", "old");
}

static void
moves_and_removes(void)
{
	do_rename("old", "a");
	do_unlink("a");
}

static void
exchanges(void)
{
	do_exchange("old", "other");
}

static void
removes_and_makes_anew(void)
{
	do_unlink("old");
	do_write("old", "anew");
}

/* The new file may well get the number of the one that went. */
static void
reuses_a_number(void)
{
	do_unlink("old");
	do_write("a", "x");
	do_write("b", "x");
}

static void
links(void)
{
	do_link("old", "a");
}

static void
writes_through_a_new_link(void)
{
	do_link("old", "a");
	do_write("a", "other");
}

static void
renames_one_of_two_links_onto_the_other(void)
{
	do_rename("two", "three");
}

static void
writes_through_one_of_two_links(void)
{
	do_write("two", "22");
}

static void
removes_one_of_two_links(void)
{
	do_unlink("two");
}

static void
removes_both_links(void)
{
	do_unlink("two");
	do_unlink("three");
}

static void
replaces_a_link(void)
{
	do_unlink("s");
	do_symlink("elsewhere", "s");
}

static void
replaces_a_file_by_a_directory(void)
{
	do_unlink("old");
	do_mkdir("old");
}

static void
replaces_a_file_by_a_link(void)
{
	do_unlink("old");
	do_symlink("other", "old");
}

static void
makes_directories(void)
{
	do_mkdir("n");
	do_mkdir("n/m");
	do_write("n/m/f", "x");
	do_mkfifo("n/p");
}

static void
moves_a_directory(void)
{
	do_rename("d", "e");
}

static void
moves_a_directory_and_back(void)
{
	do_rename("d", "e");
	do_rename("e", "d");
}

static void
moves_a_directory_and_changes_it(void)
{
	do_rename("d", "e");
	do_write("e/f", "other");
	do_unlink("e/sub/g");
	do_write("e/new", "x");
}

static void
changes_a_directory_and_moves_it(void)
{
	do_write("d/f", "other");
	do_unlink("d/sub/g");
	do_write("d/new", "x");
	do_rename("d", "e");
}

static void
moves_a_directory_and_removes_it(void)
{
	do_rename("d", "e");
	do_unlink("e/f");
	do_unlink("e/sub/g");
	do_rmdir("e/sub");
	do_rmdir("e");
}

static void
moves_a_directory_within_another(void)
{
	do_rename("d/sub", "d/s2");
	do_rename("d", "e");
}

static void
moves_a_directory_onto_an_empty_one(void)
{
	do_rename("d", "empty");
}

static void
exchanges_directories(void)
{
	do_exchange("d", "full");
}

static void
moves_out_of_a_temporary_directory(void)
{
	do_mkdir("t");
	do_rename("old", "t/a");
	do_rename("t/a", "b");
	do_rmdir("t");
}

static void
puts_another_in_the_place_of_a_moved_directory(void)
{
	do_rename("d", "e");
	do_mkdir("d");
	do_write("d/f", "f");
	do_utime("d/f", some_time);
}

static void
is_refused(void)
{
	do_unlink("nothing");
	do_unlink("nothing");
	do_rename("nothing", "old");
	do_mkdir("d");
	do_rmdir("d");
	do_write("d", "x");
	do_write("nowhere/f", "x");
}

/* Rows in byte order: path, change, differs, < where it was before. */
static const struct {
	void (*story)(void);
	const char *want;
} stories[] = {
	{ writes_a_new_file, "a created\n" },
	{ writes_into_a_file, "old modified content,mtime\n" },
	{ writes_what_is_there_already, "old attributes mtime\n" },
	{ hides_a_write_by_its_time, "old modified content\n" },
	{ puts_everything_back, "old unchanged\n" },
	{ opens_and_writes_nothing, "old unchanged\n" },
	{ truncates, "old modified content,mtime\n" },
	{ changes_modes, "d attributes mode\nold attributes mode\n" },
	{ removes, "old deleted\ns deleted\n" },
	{ makes_a_temporary, "tmp transient\n" },
	{ writes_beside_and_renames, "old modified content,mtime\ntmp transient\n" },
	{ moves, "a created < old\nold deleted\n" },
	{ moves_over_another, "old deleted\nother modified content < old\n" },
	{ moves_and_writes, "a created < old\nold deleted\n" },
	{ moves_on_and_on, "a transient\nb transient\nd/c created < old\nold deleted\n" },
	{ moves_and_back, "a transient\nold unchanged\n" },
	{ moves_and_removes, "a transient\nold deleted\n" },
	{ exchanges, "old modified content < other\nother modified content < old\n" },
	{ removes_and_makes_anew, "old modified content,mtime\n" },
	{ reuses_a_number, "a created\nb created\nold deleted\n" },
	{ links, "a created\nold unchanged\n" },
	{ writes_through_a_new_link, "a created\nold modified content,mtime\n" },
	{ renames_one_of_two_links_onto_the_other, "three unchanged\ntwo unchanged\n" },
	{ writes_through_one_of_two_links, "three modified content,mtime\ntwo modified content,mtime\n" },
	{ removes_one_of_two_links, "two deleted\n" },
	{ removes_both_links, "three deleted\ntwo deleted\n" },
	{ replaces_a_link, "s modified target,mtime\n" },
	{ replaces_a_file_by_a_directory, "old modified type,mode\n" },
	{ replaces_a_file_by_a_link, "old modified type,mode,mtime\n" },
	{ makes_directories, "n created\nn/m created\nn/m/f created\nn/p created\n" },
	{ moves_a_directory, "d deleted\nd/f deleted\nd/sub deleted\nd/sub/g deleted\n"
	  "e created < d\ne/f created < d/f\ne/sub created < d/sub\ne/sub/g created < d/sub/g\n" },
	{ moves_a_directory_and_back, "d unchanged\nd/f unchanged\nd/sub unchanged\nd/sub/g unchanged\n"
	  "e transient\ne/f transient\ne/sub transient\ne/sub/g transient\n" },
	{ moves_a_directory_and_changes_it, "d deleted\nd/f deleted\nd/sub deleted\nd/sub/g deleted\n"
	  "e created < d\ne/f created < d/f\ne/new created\ne/sub created < d/sub\ne/sub/g transient\n" },
	{ changes_a_directory_and_moves_it,
	  "d deleted\nd/f deleted\nd/new transient\nd/sub deleted\nd/sub/g deleted\n"
	  "e created < d\ne/f created < d/f\ne/new created\ne/sub created < d/sub\n" },
	{ moves_a_directory_and_removes_it, "d deleted\nd/f deleted\nd/sub deleted\nd/sub/g deleted\n"
	  "e transient\ne/f transient\ne/sub transient\ne/sub/g transient\n" },
	{ moves_a_directory_within_another,
	  "d deleted\nd/f deleted\nd/s2 transient\nd/s2/g transient\nd/sub deleted\nd/sub/g deleted\n"
	  "e created < d\ne/f created < d/f\ne/s2 created < d/sub\ne/s2/g created < d/sub/g\n" },
	{ moves_a_directory_onto_an_empty_one, "d deleted\nd/f deleted\nd/sub deleted\nd/sub/g deleted\n"
	  "empty unchanged < d\nempty/f created < d/f\nempty/sub created < d/sub\nempty/sub/g created < d/sub/g\n" },
	{ exchanges_directories,
	  "d unchanged < full\nd/f modified content < full/f\nd/h created < full/h\nd/sub deleted\nd/sub/g deleted\n"
	  "full unchanged < d\nfull/f modified content < d/f\nfull/h deleted\nfull/sub created < d/sub\n"
	  "full/sub/g created < d/sub/g\n" },
	{ moves_out_of_a_temporary_directory, "b created < old\nold deleted\nt transient\nt/a transient\n" },
	{ puts_another_in_the_place_of_a_moved_directory,
	  "d unchanged\nd/f unchanged\nd/sub deleted\nd/sub/g deleted\n"
	  "e created < d\ne/f created < d/f\ne/sub created < d/sub\ne/sub/g created < d/sub/g\n" },
	{ is_refused, "" },
};

static void
begin(void)
{
	umask(022);
	unit_enter_scratch();
	put("old", "old");
	put("other", "something else");
	put("two", "2");
	ck_assert_int_eq(link("two", "three"), 0);
	ck_assert_int_eq(symlink("somewhere", "s"), 0);
	for (const char *const *dir = (const char *const[]){ "d", "d/sub", "empty", "full", NULL }; *dir; dir++)
		ck_assert_int_eq(mkdir(*dir, 0755), 0);
	put("d/f", "f");
	put("d/sub/g", "g");
	put("full/f", "f of full");
	put("full/h", "h");
	recording_begin();
}

START_TEST(changes_are_what_a_comparison_of_before_and_after_says)
{
	struct tally_sheet tally;
	long long shown;

	stories[_i].story();
	tally = recording_finish(RUN_COMPLETE);
	expect_rows(CHANGES, stories[_i].want);
	shown = tally.count[CHANGE_CREATED] + tally.count[CHANGE_DELETED] + tally.count[CHANGE_MODIFIED] +
		tally.count[CHANGE_ATTRIBUTES];
	ck_assert_int_eq(history_ask("SELECT n_created + n_deleted + n_modified + n_attributes FROM runs"), shown);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM changes"),
			 shown + tally.count[CHANGE_UNCHANGED] + tally.count[CHANGE_TRANSIENT]);
	expect_rows("SELECT state, n_blind_spots FROM runs", "complete 0\n");
	expect_rows("SELECT kind, detail FROM blind_spots", "");
	ck_assert_int_eq(access("history.db.journal/u", F_OK), -1);
}
END_TEST

/* The same through many small hand-overs to the history. */
START_TEST(ticks_make_no_difference)
{
	stories[_i].story();
	recorder_sink(record)->tick(recorder_sink(record)->context);
	recorder_sink(record)->tick(recorder_sink(record)->context);
	recording_finish(RUN_COMPLETE);
	expect_rows(CHANGES, stories[_i].want);
}
END_TEST

START_TEST(a_refused_call_is_a_write_and_no_change)
{
	is_refused();
	recording_finish(RUN_COMPLETE);
	expect_rows(WRITES, "d mkdir EEXIST 1\nd open EISDIR 1\nd rmdir ENOTEMPTY 1\nnothing rename ENOENT 1\n"
			    "nothing unlink ENOENT 2\nnowhere/f create ENOENT 1\nold rename ENOENT 1\n");
	expect_rows("SELECT path FROM changes", "");
}
END_TEST

START_TEST(calls_on_one_path_add_up_over_hand_overs)
{
	do_chmod("old", 0600);
	do_chmod("old", 0644);
	recorder_sink(record)->tick(recorder_sink(record)->context);
	do_chmod("old", 0600);
	do_rename("old", "a");
	recording_finish(RUN_COMPLETE);
	expect_rows(WRITES, "a rename 1\nold chmod 3\nold rename 1\n");
	expect_rows("SELECT DISTINCT program, command FROM writes", "sh sh -c x\n");
}
END_TEST

/* A path that the kernel could not read named nothing. */
START_TEST(efault_leaves_no_row)
{
	tell_enter(OP_CHMOD, "old", NULL);
	errno = EFAULT;
	tell_leave(-1);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path FROM writes", "");
	expect_rows("SELECT path FROM changes", "");
}
END_TEST

/* Where any change may give a file another number, each is read at its first. */
START_TEST(contents_have_digests_where_they_were_read)
{
	const char *want = "a 0 1\nb 0 0\nd/f 1 0\nold 1 1\nother 0 0\nthree 0 0\ntwo 0 0\n";

	if (is_on_overlay())
		want = "a 0 1\nb 0 0\nd/f 1 0\nold 1 1\nother 1 0\nthree 1 0\ntwo 1 0\n";
	do_write("old", "other");
	do_write("a", "abc");
	do_rename("other", "b");
	do_unlink("d/f");
	do_chmod("two", 0600);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, sha256_before IS NOT NULL, sha256_after IS NOT NULL FROM changes ORDER BY path", want);
	expect_rows("SELECT sha256_after FROM changes WHERE path GLOB '*/a'",
		    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
}
END_TEST

START_TEST(the_last_to_write_a_path_is_named)
{
	const struct event_sink *sink = recorder_sink(record);
	struct process_start second = {
		.image = 2, .parent_image = 1, .pid = 0x3ffffffe, .is_exec = true, .program = "cp", .command = "cp a b",
		.started_ns = 2000,
	};

	do_write("old", "first");
	sink->process_start(sink->context, &second);
	tell_enter(OP_CHMOD, "old", NULL);
	call.error = 0;
	sink->leave(sink->context, 2, &call);
	target_release(&call.target[0]);
	do_chmod("nothing", 0644);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, program FROM changes", "old cp\n");
}
END_TEST

static int
refuse_commit(void *context)
{
	(void)context;
	return 1;
}

/* Full disks and locks: what had been stored before is found again. */
START_TEST(a_commit_that_fails_once_changes_nothing)
{
	const struct event_sink *sink = recorder_sink(record);
	struct process_start second = {
		.image = 2, .parent_image = 1, .pid = 0x3ffffffe, .is_exec = true, .program = "cp", .command = "cp a b",
		.started_ns = 2000,
	};

	sink->process_start(sink->context, &second);
	tell_enter(OP_CHMOD, "old", NULL);
	ck_assert_int_eq(chmod("old", 0600), 0);
	call.error = 0;
	sink->leave(sink->context, 2, &call);
	target_release(&call.target[0]);
	sink->tick(sink->context);
	sqlite3_commit_hook(store->db, refuse_commit, NULL);
	do_write("new", "x");
	sink->tick(sink->context);
	sqlite3_commit_hook(store->db, NULL, NULL);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change, program FROM changes ORDER BY path", "new created sh\nold attributes cp\n");
	expect_rows("SELECT path, program, sum(count) FROM writes GROUP BY path", "new sh 1\nold cp 1\n");
	expect_rows("SELECT id, command FROM processes", "1 sh -c x\n2 cp a b\n");
}
END_TEST

START_TEST(the_history_itself_is_not_recorded)
{
	static const char *const own[] = { "history.db", "history.db-wal", "history.db.journal/u" };

	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		tell_enter(OP_CHMOD, own[i], NULL);
		tell_leave(0);
	}
	do_write("history.db2", "x");	/* nor is everything that begins like it the history's */
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path FROM writes", "history.db2\n");
	expect_rows("SELECT path FROM changes", "history.db2\n");
}
END_TEST

/* A name was put in the way between the look and the call. */
static void
opened_another_instead(void)
{
	int fd = open("other", O_PATH);

	call.opened.path = path_join(scratch, "other");
	call.opened.sight = TARGET_RESOLVED;
	ck_assert_int_eq(identity_stat(fd, &call.opened.st, &call.opened.birth), 0);
	close(fd);
	tell_leave(0);
}

static void
opens_another_instead(int flags)
{
	tell_enter(OP_OPEN, "old", NULL);
	call.flags |= (unsigned)flags;
	opened_another_instead();
}

/* Nothing has been written when it is known: its content can still be kept. */
START_TEST(what_was_opened_instead_is_recorded_and_kept)
{
	opens_another_instead(0);
	put("other", "rewritten");
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change FROM changes WHERE change <> 'unchanged'", "other modified\n");
	expect_rows("SELECT old_content FROM changes WHERE change = 'modified'", "kept\n");
	expect_rows("SELECT DISTINCT kind FROM blind_spots", "");
	expect_rows("SELECT count(*) FROM change WHERE doubtful", "0\n");
	expect_rows("SELECT path FROM writes", "other\n");
}
END_TEST

START_TEST(of_what_was_emptied_instead_that_is_told)
{
	opens_another_instead(O_TRUNC);
	put("other", "rewritten");
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change FROM changes WHERE change <> 'unchanged'", "other modified\n");
	expect_rows("SELECT old_content FROM changes WHERE change = 'modified'", "not kept\n");
	expect_rows("SELECT DISTINCT kind FROM blind_spots", "race\n");
	expect_rows("SELECT path FROM change JOIN path ON id = path_id WHERE doubtful", "other\n");
}
END_TEST

/* Nothing was there when the open was looked at; then a file was moved there, and moves on when it is empty. */
START_TEST(what_was_moved_in_the_way_of_an_open_has_lost_its_content)
{
	struct call opening;
	int fd;

	tell_enter(OP_CREATE, "a", NULL);
	call.flags |= O_TRUNC;
	opening = call;
	do_rename("old", "a");
	call = opening;
	fd = open("a", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ck_assert_int_ge(fd, 0);
	call.opened.path = path_join(scratch, "a");
	call.opened.sight = TARGET_RESOLVED;
	ck_assert_int_eq(identity_stat(fd, &call.opened.st, &call.opened.birth), 0);
	close(fd);
	tell_leave(0);
	do_rename("a", "old");
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change, old_content FROM changes WHERE change NOT IN ('unchanged', 'transient')",
		    "old modified not kept\n");
	expect_rows("SELECT DISTINCT kind FROM blind_spots", "race\n");
}
END_TEST

/* A symbolic link in a directory's place leads to a file of somebody else's: that is not what was opened. */
START_TEST(what_is_behind_a_link_is_not_what_was_opened)
{
	ck_assert_int_eq(mkdir("hidden", 0700), 0);
	put("hidden/other", "of somebody else");
	if (setxattr("hidden/other", "user.mark", "x", 1, 0) < 0)
		fprintf(stderr, "what_is_behind_a_link: without attributes: the file system has none\n");
	ck_assert_int_eq(symlink("hidden", "way"), 0);
	tell_enter(OP_OPEN, "old", NULL);
	call.opened.path = path_join(scratch, "way/other");
	call.opened.sight = TARGET_RESOLVED;
	ck_assert_int_eq(stat("other", &call.opened.st), 0);
	tell_leave(0);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path FROM changes", "old\n");
	expect_rows("SELECT count(*) FROM change WHERE xattrs_before IS NOT NULL", "0\n");
	expect_rows("SELECT DISTINCT kind FROM blind_spots", "race\n");
	expect_rows("SELECT path FROM change JOIN path ON id = path_id WHERE doubtful", "old\n");
}
END_TEST

/* Where the file system tells no birth that lasts, nor does the record that it is younger than the run. */
START_TEST(what_was_opened_instead_was_there_however_young_it_is)
{
	int fd = open("other", O_PATH | O_CLOEXEC);
	struct stat st;
	int64_t birth;

	ck_assert_int_eq(identity_stat(fd, &st, &birth), 0);
	close(fd);
	recorder_discard(record);
	store_close(store);
	recording_started_ns = 1000;
	recording_begin();
	opens_another_instead(0);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change, disturbed FROM changes ORDER BY path",
		    birth > 0 ? "other unchanged before\n" : "other unchanged\n");
}
END_TEST

/* An open that was to make a file has made it elsewhere: a directory was moved meanwhile, say. */
START_TEST(what_was_made_instead_is_created)
{
	struct statx sx;
	int fd;

	if (statx(AT_FDCWD, "other", 0, STATX_BTIME, &sx) < 0 || !(sx.stx_mask & STATX_BTIME)) {
		fprintf(stderr, "what_was_made_instead: not done: the file system does not tell\n");
		recording_finish(RUN_COMPLETE);
		return;
	}
	ck_assert_int_eq(unlink("other"), 0);
	tell_enter(OP_CREATE, "none", NULL);
	fd = open("other", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	ck_assert_int_ge(fd, 0);
	close(fd);
	opened_another_instead();
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change, disturbed FROM changes", "other created\n");
}
END_TEST

START_TEST(a_run_that_never_was_leaves_nothing)
{
	recorder_discard(record);
	store_close(store);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM runs"), 0);
	ck_assert_int_eq(access("history.db.journal/u", F_OK), -1);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("finish");

	tcase_add_checked_fixture(tc, begin, unit_leave_scratch);
	tcase_add_loop_test(tc, changes_are_what_a_comparison_of_before_and_after_says, 0, ARRAY_SIZE(stories));
	tcase_add_loop_test(tc, ticks_make_no_difference, 0, ARRAY_SIZE(stories));
	tcase_add_test(tc, a_refused_call_is_a_write_and_no_change);
	tcase_add_test(tc, calls_on_one_path_add_up_over_hand_overs);
	tcase_add_test(tc, efault_leaves_no_row);
	tcase_add_test(tc, contents_have_digests_where_they_were_read);
	tcase_add_test(tc, the_last_to_write_a_path_is_named);
	tcase_add_test(tc, a_commit_that_fails_once_changes_nothing);
	tcase_add_test(tc, the_history_itself_is_not_recorded);
	tcase_add_test(tc, what_was_opened_instead_is_recorded_and_kept);
	tcase_add_test(tc, of_what_was_emptied_instead_that_is_told);
	tcase_add_test(tc, what_was_moved_in_the_way_of_an_open_has_lost_its_content);
	tcase_add_test(tc, what_is_behind_a_link_is_not_what_was_opened);
	tcase_add_test(tc, what_was_opened_instead_was_there_however_young_it_is);
	tcase_add_test(tc, what_was_made_instead_is_created);
	tcase_add_test(tc, a_run_that_never_was_leaves_nothing);
	return unit_run("finish", tc);
}
