/* record/recover: runs whose tracer died, from their journals. */
#include "config.h"

#include "record/recover.h"

#include <signal.h>
#include <sys/wait.h>

#include "record/journal_entries.h"
#include "file/state.h"
#include "unit/recording.h"

static struct err e;

static void
begin(void)
{
	umask(022);
	memset(&e, 0, sizeof(e));
	unit_enter_scratch();
	ck_assert_ptr_nonnull(realpath(".", scratch));
	history_make(NULL);
	put("old", "old");
	put("other", "something else");
	ck_assert_int_eq(mkdir("d", 0755), 0);
	ck_assert_int_eq(mkdir("d/sub", 0755), 0);
	put("d/f", "f");
	put("d/sub/g", "g");
	ck_assert_int_eq(mkdir("x", 0755), 0);
	put("x/h", "h");
}

/* Let a tracer record a story and die of nothing that it could have prepared for. */
static void
record_and_die(void (*story)(void))
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		recording_begin();
		story();
		kill(getpid(), SIGKILL);
		_exit(1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "the story was not told to its end");
}

static void
open_store(void)
{
	char *path = path_join(scratch, "history.db");

	ck_assert_msg(store_open(&store, path, STORE_WRITE, &e) == 0, "%s", e.text);
	free(path);
}

static int
replay_any(const char *uuid, bool at_once)
{
	int64_t run_id = 0;
	struct tally_sheet sheet;
	int rc;

	open_store();
	rc = recover_run(store, uuid, at_once, &run_id, &sheet, &e);
	ck_assert_msg(rc >= 0, "%s", e.text);
	store_close(store);
	return rc;
}

static void
replay(const char *uuid, bool at_once)
{
	ck_assert_int_eq(replay_any(uuid, at_once), 0);
}

static void
keep_journal(struct buf *journal)
{
	buf_init(journal);
	ck_assert_int_eq(io_read_file("history.db.journal/u", journal, 1 << 20), 0);
}

static void
put_journal_back(struct buf *journal)
{
	int fd = open("history.db.journal/u", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	ck_assert_int_eq(io_write_full(fd, journal->data, journal->len), 0);
	close(fd);
	buf_release(journal);
}

static void
changes_files(void)
{
	do_write("a", "new");
	do_write("old", "other");
	do_unlink("other");
	do_write("tmp", "x");
	do_unlink("tmp");
	do_chmod("d", 0700);
	do_unlink("nothing");
}

static void
dies_before_the_outcome_is_known(void)
{
	tell_enter(OP_CREATE, "a", NULL);
	put("a", "new");
	tell_enter(OP_UNLINK, "other", NULL);
	ck_assert_int_eq(unlink("other"), 0);
}

static void
dies_before_the_call_goes_on(void)
{
	tell_enter(OP_CREATE, "a", NULL);
	tell_enter(OP_UNLINK, "other", NULL);
	tell_enter(OP_RENAME, "d", "e");
}

static void
moves(void)
{
	do_rename("old", "a");
	do_rename("a", "b");
	do_rename("d", "e");
	do_write("last", NULL);	/* the outcome of a call goes to the disk with the next */
}

static void
dies_while_a_directory_moves(void)
{
	tell_enter(OP_RENAME, "d", "e");
	ck_assert_int_eq(rename("d", "e"), 0);
}

static void
dies_while_directories_change_places(void)
{
	tell_enter(OP_EXCHANGE, "d", "x");
	ck_assert_int_eq(renameat2(AT_FDCWD, "d", AT_FDCWD, "x", RENAME_EXCHANGE), 0);
}

static void
reuses_a_number(void)
{
	do_unlink("old");
	do_write("a", "x");
	do_write("b", "y");
	do_write("c", NULL);
}

static void
hands_over_in_between(void)
{
	do_write("old", "other");
	recorder_sink(record)->tick(recorder_sink(record)->context);
	do_write("a", "new");
	do_unlink("other");
	do_unlink("nothing");
}

/* What is looked at while a call on it is under way is not what the run leaves there. */
static void
settles_while_a_call_is_under_way(void)
{
	do_write("a", "new");
	do_write("c", "new");
	tell_enter(OP_RENAME, "a", "b");
	tell_enter(OP_UNLINK, "c", NULL);
	recorder_sink(record)->tick(recorder_sink(record)->context);
	ck_assert_int_eq(rename("a", "b"), 0);
	ck_assert_int_eq(unlink("c"), 0);
}

/* A process that is killed within a call never tells of its end: what it has left is known from then on all the same. */
static void
dies_within_a_call_and_others_follow(void)
{
	const struct event_sink *sink = recorder_sink(record);

	do_write("old", "of the run");
	do_write("a", "new");
	tell_enter(OP_CHMOD, "old", NULL);
	tell_enter(OP_UNLINK, "a", NULL);
	ck_assert_int_eq(unlink("a"), 0);
	sink->process_end(sink->context, 1, SIGKILL, clock_now_ns());
	sink->tick(sink->context);
	put("theirs", "of somebody else");
	ck_assert_int_eq(rename("theirs", "old"), 0);
	put("a", "of somebody else");
}

/* The same where it is but a thread, which an exec of another one ends. */
static void
executes_within_a_call_and_others_follow(void)
{
	const struct event_sink *sink = recorder_sink(record);
	const struct process_start process = {
		.image = 2, .parent_image = 1, .pid = 0x3fffffff, .is_exec = true, .program = "sh", .command = "sh -c y",
		.started_ns = 2000,
	};

	do_write("old", "of the run");
	tell_enter(OP_CHMOD, "old", NULL);
	sink->process_start(sink->context, &process);
	sink->tick(sink->context);
	put("theirs", "of somebody else");
	ck_assert_int_eq(rename("theirs", "old"), 0);
}

/* What the kernel could not read the name of, or has opened elsewhere, is over as well. */
static void
is_led_elsewhere_and_others_follow(void)
{
	const struct event_sink *sink = recorder_sink(record);
	int fd = open("d/f", O_PATH | O_CLOEXEC);

	do_write("old", "of the run");
	do_write("other", "of the run, too");
	tell_enter(OP_CHMOD, "old", NULL);
	errno = EFAULT;
	tell_leave(-1);
	tell_enter(OP_OPEN, "other", NULL);
	call.opened.path = path_join(scratch, "d/f");
	call.opened.sight = TARGET_RESOLVED;
	ck_assert_int_eq(identity_stat(fd, &call.opened.st, &call.opened.birth), 0);
	tell_leave(fd);
	close(fd);
	sink->tick(sink->context);
	put("theirs", "of somebody else");
	ck_assert_int_eq(rename("theirs", "old"), 0);
	put("theirs", "of somebody else");
	ck_assert_int_eq(rename("theirs", "other"), 0);
}

/* What is held is written to after it was looked at, and looked at again, before somebody puts another file there. */
static void
writes_between_two_looks(void)
{
	int fd;

	tell_enter(OP_OPEN, "old", NULL);
	fd = open("old", O_WRONLY | O_APPEND | O_CLOEXEC);
	call.opened.path = path_join(scratch, "old");
	call.opened.sight = TARGET_RESOLVED;
	ck_assert_int_eq(identity_stat(fd, &call.opened.st, &call.opened.birth), 0);
	tell_leave(fd);
	recorder_sink(record)->tick(recorder_sink(record)->context);
	ck_assert_int_eq(io_write_full(fd, "more", 4), 0);
	recorder_sink(record)->tick(recorder_sink(record)->context);
	put("theirs", "of somebody else");
	ck_assert_int_eq(rename("theirs", "old"), 0);
}

static const struct {
	void (*story)(void);
	const char *want;
} stories[] = {
	{ changes_files, "a created\nd attributes mode\nold modified content,mtime\nother deleted\ntmp transient\n" },
	{ dies_before_the_outcome_is_known, "a created\nother deleted\n" },
	{ dies_before_the_call_goes_on, "" },
	{ moves, "a transient\nb created < old\nd deleted\nd/f deleted\nd/sub deleted\nd/sub/g deleted\n"
	  "e created < d\ne/f created < d/f\ne/sub created < d/sub\ne/sub/g created < d/sub/g\nlast created\n"
	  "old deleted\n" },
	{ dies_while_a_directory_moves, "d deleted\nd/f deleted\nd/sub deleted\nd/sub/g deleted\n"
	  "e created < d\ne/f created < d/f\ne/sub created < d/sub\ne/sub/g created < d/sub/g\n" },
	{ dies_while_directories_change_places,
	  "d/f deleted\nd/h created < x/h\nd/sub deleted\nd/sub/g deleted\n"
	  "x/f created < d/f\nx/h deleted\nx/sub created < d/sub\nx/sub/g created < d/sub/g\n" },
	{ reuses_a_number, "a created\nb created\nc created\nold deleted\n" },
	{ hands_over_in_between, "a created\nold modified content,mtime\nother deleted\n" },
	{ writes_between_two_looks, "old modified content,mtime\n" },
	{ settles_while_a_call_is_under_way, "a transient\nb created\nc transient\n" },
};

static const struct {
	void (*story)(void);
	const char *want;
} closed[] = {
	{ dies_within_a_call_and_others_follow, "a transient after\nold modified after\n" },
	{ executes_within_a_call_and_others_follow, "old modified after\n" },
	{ is_led_elsewhere_and_others_follow, "old modified after\nother modified after\n" },
};

/* Two directories that only changed places are as they were, whether or not they have a row. */
#define CHANGES_BUT_UNCHANGED                                                                       \
	"SELECT path, change, differs, CASE WHEN renamed_from NOT NULL THEN '<' END, renamed_from " \
	"FROM changes WHERE change <> 'unchanged' ORDER BY path"

START_TEST(what_a_killed_tracer_had_seen_is_in_the_history)
{
	record_and_die(stories[_i].story);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM changes"), 0);
	replay("u", true);
	expect_rows(CHANGES_BUT_UNCHANGED, stories[_i].want);
	expect_rows("SELECT state FROM runs", "interrupted\n");
	expect_rows("SELECT kind FROM blind_spots", "");
	ck_assert_int_eq(access("history.db.journal/u", F_OK), -1);
}
END_TEST

/* A call that nobody hears of again keeps nothing out of the journal. */
START_TEST(what_a_call_left_that_is_over_is_in_the_journal)
{
	record_and_die(closed[_i].story);
	replay("u", true);
	expect_rows("SELECT path, change, disturbed FROM changes "
		    "WHERE path GLOB '*/a' OR path GLOB '*/old' OR path GLOB '*/other' ORDER BY path", closed[_i].want);
}
END_TEST

START_TEST(states_that_are_taken_late_are_a_blind_spot)
{
	record_and_die(stories[_i].story);
	open_store();
	recover_all(store);
	store_close(store);
	expect_rows(CHANGES_BUT_UNCHANGED, stories[_i].want);
	expect_rows("SELECT state, n_blind_spots FROM runs", "interrupted 1\n");
	expect_rows("SELECT kind FROM blind_spots", "race\n");
	ck_assert_int_eq(access("history.db.journal/u", F_OK), -1);
}
END_TEST

/* The one who replayed was killed between the rows of the changes and that of the run. */
START_TEST(replaying_twice_is_replaying_once)
{
	static const char all[] = "SELECT * FROM writes, changes, processes, blind_spots ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, "
				  "writes.path, changes.path";
	struct buf journal;
	char *first, *second;
	int64_t again = 0;

	record_and_die(hands_over_in_between);
	keep_journal(&journal);
	replay("u", false);
	first = ask_text(all);
	ck_assert_uint_gt(strlen(first), 0);
	put_journal_back(&journal);
	history_do("UPDATE run SET state = 'running'");
	replay("u", false);
	second = ask_text(all);
	ck_assert_str_eq(second, first);
	open_store();
	/* now it is gone: its tracer could have died behind that as well */
	ck_assert_int_eq(recover_run(store, "u", false, &again, NULL, &e), RECOVER_ENDED);
	ck_assert_int_eq(again, 1);
	ck_assert_int_eq(recover_run(store, "other", false, NULL, NULL, &e), -1);
	ck_assert_int_eq(e.code, ERR_NOT_FOUND);
	store_close(store);
	free(first);
	free(second);
}
END_TEST

static const struct {
	enum run_state state;
	bool at_once;
} ends[] = {
	{ RUN_COMPLETE, false },
	{ RUN_COMPLETE, true },
	{ RUN_INTERRUPTED, false },
};

/* The tracer was killed between the row of the run and the removal of the journal; then somebody else changed things. */
START_TEST(a_run_that_has_ended_is_not_judged_anew)
{
	static const char all[] = "SELECT runs.*, changes.* FROM runs, changes ORDER BY path";
	struct buf journal;
	char *first, *second;

	recording_begin();
	hands_over_in_between();
	ck_assert_int_eq(do_write("last", NULL), 0);	/* so that all is in the journal */
	keep_journal(&journal);
	recording_finish(ends[_i].state);
	first = ask_text(all);
	ck_assert_uint_gt(strlen(first), 0);
	put_journal_back(&journal);
	put("a", "newer");
	ck_assert_int_eq(unlink("old"), 0);
	ck_assert_int_eq(replay_any("u", ends[_i].at_once), RECOVER_ENDED);
	second = ask_text(all);
	ck_assert_str_eq(second, first);
	expect_rows("SELECT kind FROM blind_spots", "");
	ck_assert_int_eq(access("history.db.journal/u", F_OK), -1);
	free(first);
	free(second);
}
END_TEST

static void
counts(void)
{
	for (int i = 0; i < 3; i++)
		do_chmod("old", i % 2 ? 0600 : 0640);
	recorder_sink(record)->tick(recorder_sink(record)->context);
	do_unlink("nothing");
}

START_TEST(what_the_history_has_counted_is_not_counted_again)
{
	record_and_die(counts);
	replay("u", true);
	expect_rows("SELECT path, operation, error, count FROM writes WHERE operation = 'chmod'", "old chmod 3\n");
}
END_TEST

static void
ends_the_command(void)
{
	const struct event_sink *sink = recorder_sink(record);
	char *doubted[] = { path_join(scratch, "other"), path_join(scratch, "d") };

	sink->process_end(sink->context, 1, 3 << 8, 5000);
	recorder_command_ended(record, 3 << 8, 5000);
	sink->blind(sink->context, 1, BLIND_MOUNT, "a detail");
	do_chmod("d", 0700);
	call = (struct call){ .op = OP_CHMOD, .n_targets = 1, .late = true, .opened = TARGET_INIT };
	recording_aim(&call.target[0], "other");
	sink->enter(sink->context, 1, &call);
	tell_leave(0);
	for (size_t i = 0; i < ARRAY_SIZE(doubted); i++) {
		sink->doubt(sink->context, doubted[i]);
		free(doubted[i]);
	}
	do_chmod("old", 0600);
}

START_TEST(exits_and_blind_spots_are_in_the_journal)
{
	record_and_die(ends_the_command);
	replay("u", true);
	expect_rows("SELECT exit_status, n_blind_spots FROM runs", "3 1\n");
	expect_rows("SELECT program, kind, detail FROM blind_spots", "sh mount a detail\n");
	expect_rows("SELECT path FROM change JOIN path ON id = path_id WHERE doubtful", "other\n");
	expect_rows("SELECT program, command, exit_status FROM processes", "sh sh -c x 3\n");
}
END_TEST

START_TEST(a_run_that_goes_on_is_left_alone)
{
	recording_begin();
	do_write("a", "new");
	ck_assert_int_eq(recover_run(store, "u", false, NULL, NULL, &e), -1);
	ck_assert_int_eq(e.code, ERR_BUSY);
	recover_all(store);
	expect_rows("SELECT state FROM runs", "running\n");
	recording_finish(RUN_COMPLETE);
	expect_rows(CHANGES, "a created\n");
}
END_TEST

static struct journal *
make_journal(const char *uuid)
{
	struct journal *j;

	ck_assert_msg(journal_create(&j, "history.db", uuid, false, &e) == 0, "%s", e.text);
	pack_string(journal_begin(j, JOURNAL_RUN), uuid);
	journal_end(j);
	return j;
}

static void
close_journal(struct journal *j)
{
	ck_assert_msg(journal_flush(j, &e) == 0, "%s", e.text);
	journal_close(j, false);
}

#define CONTENTS "SELECT path, old_content FROM changes WHERE old_content NOT NULL ORDER BY path"

START_TEST(old_contents_are_known_after_a_replay)
{
	record_and_die(changes_files);
	replay("u", true);
	expect_rows(CONTENTS, "old kept\nother kept\n");
	expect_rows("SELECT bytes_kept FROM runs", "17\n");
	expect_rows("SELECT kind FROM blind_spots", "");
}
END_TEST

/* A crash of the machine can take what was not yet on the disk. */
START_TEST(what_the_store_has_lost_is_not_called_kept)
{
	record_and_die(changes_files);
	ck_assert_int_eq(system(_i ? "for f in history.db.objects/*/*; do : >$f; done" : "rm history.db.objects/*/*"), 0);
	replay("u", true);
	expect_rows(CONTENTS, "old not kept\nother not kept\n");
	expect_rows("SELECT kind FROM blind_spots", "pre-image\npre-image\n");
}
END_TEST

/* It died before its row was made: nothing had been executed. */
START_TEST(a_journal_without_a_run_is_dropped)
{
	close_journal(make_journal("nobody"));
	journal_close(make_journal("empty"), false);
	open_store();
	recover_all(store);
	store_close(store);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM runs"), 0);
	ck_assert_int_eq(access("history.db.journal/nobody", F_OK), -1);
	ck_assert_int_eq(access("history.db.journal/empty", F_OK), -1);
}
END_TEST

static void
insert_run(const char *uuid)
{
	const struct run_start start = {
		.uuid = uuid, .kind = RUN_KIND_RUN, .host = "h", .login = "l", .directory = "/", .command = "c",
	};
	int64_t id;

	open_store();
	ck_assert_int_eq(run_insert(store, &start, &id, &e), 0);
	store_close(store);
}

static void
add_object(struct journal *j, const char *name)
{
	struct file_state s;
	int fd;

	state_at(AT_FDCWD, name, &s, &fd);
	journal_write(j, &(struct journal_entry){ JOURNAL_OBJECT, .object = s });
	state_release(&s);
	io_close(&fd);
}

static void
add_path(struct journal *j, const char *name, uint32_t object)
{
	char *path = path_join(scratch, name);

	journal_write(j, &(struct journal_entry){ JOURNAL_PATH, .path = { path, object, false } });
	free(path);
}

static void
add_numbers(struct journal *j, uint32_t type, size_t n, uint32_t number)
{
	struct buf *out = journal_begin(j, type);

	for (size_t i = 0; i < n; i++)
		pack_u32(out, number);
	journal_end(j);
}

/* The journal says what was; the disk says what is.  What is where it was and was never touched has no row. */
START_TEST(a_journal_made_by_hand_is_understood)
{
	struct journal *j = make_journal("hand");

	insert_run("hand");
	add_object(j, "old");
	add_object(j, "other");
	add_path(j, "old", 1);
	add_path(j, "other", 2);
	add_path(j, "a", 0);
	add_path(j, "gone", 0);
	add_numbers(j, JOURNAL_CONTENT, 2, 1);	/* number 1, whose content could not be read */
	close_journal(j);
	put("a", "new");
	put("old", "longer than before");
	ck_assert_int_eq(unlink("other"), 0);
	replay("hand", true);
	expect_rows(CHANGES, "a created\nold modified content\nother deleted\n");
	expect_rows("SELECT path, sha256_before IS NULL, size_before FROM changes WHERE size_before", "old 1 3\nother 1 14\n");
}
END_TEST

static const uint32_t numbers[] = { 0, 2, 99, 0x7fffffff, 0x80000000, UINT32_MAX };

/* Whatever a record holds, at whatever length: it names nothing, and those around it stay. */
START_TEST(numbers_of_nothing_do_no_harm)
{
	struct journal *j = make_journal("hurt");

	insert_run("hurt");
	add_object(j, "old");
	add_path(j, "old", 1);
	for (uint32_t type = 0; type <= JOURNAL_ALIAS + 2; type++) {
		if (type == JOURNAL_RUN)
			continue;
		for (size_t n = 0; n < 24; n++)
			add_numbers(j, type, n, numbers[_i]);
	}
	add_numbers(j, 0x7fffffff, 3, 1);
	add_numbers(j, UINT32_MAX, 3, 1);
	add_path(j, "a", 99);
	close_journal(j);
	put("a", "new");
	ck_assert_int_eq(chmod("old", 0600), 0);
	replay("hurt", true);
	expect_rows("SELECT path, change, differs FROM changes WHERE change <> 'transient' ORDER BY path",
		    "a created\nold attributes mode\n");
	ck_assert_int_eq(history_ask("SELECT count(*) FROM runs WHERE state = 'interrupted'"), 1);
}
END_TEST

/* Numbers that are there, in records that lack the rest. */
START_TEST(records_that_end_too_early_do_no_harm)
{
	struct journal *j = make_journal("hurt");

	insert_run("hurt");
	add_object(j, "old");
	add_path(j, "old", 1);
	for (uint32_t type = 0; type <= JOURNAL_ALIAS + 2; type++) {
		/* an object may be forgotten, or its content be unknown: that would mean something */
		if (type != JOURNAL_RUN && type != JOURNAL_CONTENT && type != JOURNAL_FORGET)
			add_numbers(j, type, (size_t)_i, 1);
	}
	close_journal(j);
	ck_assert_int_eq(chmod("old", 0600), 0);
	replay("hurt", true);
	expect_rows("SELECT path, change, differs FROM changes WHERE path GLOB '*/old'", "old attributes mode\n");
}
END_TEST

START_TEST(a_journal_torn_anywhere_is_replayed_as_far_as_it_goes)
{
	struct buf journal = BUF_INIT;

	record_and_die(changes_files);
	ck_assert_int_eq(io_read_file("history.db.journal/u", &journal, 1 << 20), 0);
	for (size_t len = (size_t)_i; len < journal.len; len += 24) {
		int fd = open("history.db.journal/u", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		ck_assert_int_eq(io_write_full(fd, journal.data, len), 0);
		close(fd);
		history_do("UPDATE run SET state = 'running'");
		replay("u", true);
	}
	buf_release(&journal);
}
END_TEST

START_TEST(what_is_no_journal_stays_where_it_is)
{
	journal_close(make_journal("u"), true);
	put("history.db.journal/foreign", "something else altogether");
	put("history.db.journal/.hidden", "");
	open_store();
	recover_all(store);
	store_close(store);
	ck_assert_int_eq(access("history.db.journal/foreign", F_OK), 0);
	ck_assert_int_eq(access("history.db.journal/.hidden", F_OK), 0);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("replay");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, begin, unit_leave_scratch);
	tcase_add_loop_test(tc, what_a_killed_tracer_had_seen_is_in_the_history, 0, ARRAY_SIZE(stories));
	tcase_add_loop_test(tc, what_a_call_left_that_is_over_is_in_the_journal, 0, ARRAY_SIZE(closed));
	tcase_add_loop_test(tc, states_that_are_taken_late_are_a_blind_spot, 0, ARRAY_SIZE(stories));
	tcase_add_test(tc, replaying_twice_is_replaying_once);
	tcase_add_loop_test(tc, a_run_that_has_ended_is_not_judged_anew, 0, ARRAY_SIZE(ends));
	tcase_add_test(tc, what_the_history_has_counted_is_not_counted_again);
	tcase_add_test(tc, exits_and_blind_spots_are_in_the_journal);
	tcase_add_test(tc, a_run_that_goes_on_is_left_alone);
	tcase_add_test(tc, old_contents_are_known_after_a_replay);
	tcase_add_loop_test(tc, what_the_store_has_lost_is_not_called_kept, 0, 2);
	tcase_add_test(tc, a_journal_without_a_run_is_dropped);
	tcase_add_test(tc, a_journal_made_by_hand_is_understood);
	tcase_add_loop_test(tc, numbers_of_nothing_do_no_harm, 0, ARRAY_SIZE(numbers));
	tcase_add_loop_test(tc, records_that_end_too_early_do_no_harm, 0, 8);
	tcase_add_loop_test(tc, a_journal_torn_anywhere_is_replayed_as_far_as_it_goes, 0, 24);
	tcase_add_test(tc, what_is_no_journal_stays_where_it_is);
	return unit_run("replay", tc);
}
