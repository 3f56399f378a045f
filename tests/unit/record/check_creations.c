/* record/creations: what is met below directories while they move or change places. */
#include "config.h"

#include "record/creations.h"

#include "base/io.h"
#include "unit/recording.h"

static void
begin(void)
{
	static const char *const directories[] = { "d", "d/sub", "empty", "full" };

	umask(022);
	unit_enter_scratch();
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++)
		ck_assert_int_eq(mkdir(directories[i], 0755), 0);
	put("old", "old");
	put("d/f", "f");
	put("d/sub/g", "g");
	put("full/f", "f of full");
	put("full/h", "h");
	recording_begin();
}

/* What the walk after the move does not find any more, since another call has been quicker: nobody else took it away. */
START_TEST(what_is_removed_while_its_directory_moves_is_removed_by_the_run)
{
	struct call moving;
	int rc;

	do_symlink("x", "d/link");
	recorder_sink(record)->tick(recorder_sink(record)->context);
	tell_enter(OP_RENAME, "d", "e");
	moving = call;
	rc = rename("d", "e");
	do_unlink("e/link");
	call = moving;
	tell_leave(rc);
	do_rename("e", "d");
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change, disturbed FROM changes WHERE path GLOB '*/d/link' AND change <> 'transient'", "");
}
END_TEST

/* What comes along with a directory was not at its new name before, whoever meets it there before the move is told of. */
START_TEST(what_is_met_while_its_directory_moves_was_at_the_old_name)
{
	struct call moving;
	int rc;

	tell_enter(OP_RENAME, "d", "e");
	moving = call;
	rc = rename("d", "e");
	do_write("e/f", "more than there was");
	call = moving;
	tell_leave(rc);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change, renamed_from, old_content FROM changes WHERE path GLOB '*/f' ORDER BY path",
		    "d/f deleted kept\ne/f created d/f\n");
}
END_TEST

/* A name that is given below a directory while that is on its way is not one that the directory had where it was. */
static void
rename_on_the_way(const char *from, const char *to, bool as_link)
{
	struct call giving;

	tell_enter(as_link ? OP_LINK : OP_RENAME, "d/f", "d/n");
	giving = call;
	do_rename("d", "e");
	ck_assert_int_eq(as_link ? link(from, to) : rename(from, to), 0);
	call = giving;
	tell_leave(0);
	do_rename("e", "d");
	recording_finish(RUN_COMPLETE);
}

START_TEST(what_is_renamed_while_its_directory_moves_had_its_old_name_before)
{
	rename_on_the_way("e/f", "e/n", false);
	expect_rows("SELECT path, change, renamed_from FROM changes WHERE path GLOB '*/[fn]' AND change <> 'transient' ORDER BY path",
		    "d/f deleted\nd/n created d/f\n");
}
END_TEST

START_TEST(what_is_linked_while_its_directory_moves_had_its_old_name_before)
{
	rename_on_the_way("e/f", "e/n", true);
	expect_rows("SELECT path, change FROM changes WHERE path GLOB '*/n' AND change <> 'transient' ORDER BY path",
		    "d/n created\n");
}
END_TEST

/* While two directories change places, somebody is in one of them already: what is there was in the other, and so on. */
static void
exchange_and_write(const char *a, const char *b, const char *name, bool at_once)
{
	struct call moving;
	int rc;

	tell_enter(OP_EXCHANGE, a, b);
	moving = call;
	rc = renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
	if (at_once)
		do_write(name, "more than there was");
	call = moving;
	tell_leave(rc);
	if (!at_once)
		do_write(name, "more than there was");
	recording_finish(RUN_COMPLETE);
}

static const char *const exchanged[][3] = {	/* the two, and what is written then */
	{ "d", "full", "full/f" },
	{ "full", "d", "full/f" },
	{ "d", "full", "full/sub/g" },		/* only the other has it */
	{ "d", "full", "d/h" },
	{ "d", "old", "old/sub/g" },		/* the other is a file */
};

/* As if nobody had been in a hurry. */
static const char *const exchanged_rows[] = {
	"d/f modified kept\nfull/f modified\n",
	"d/f modified kept\nfull/f modified\n",
	"d/sub/g deleted kept\nfull/sub/g created\n",
	"d/h created\nfull/h deleted kept\n",
	"d/sub/g deleted kept\nold/sub/g created\n",
};

static void
expect_exchanged(int i, bool at_once)
{
	char query[256];
	const char *below = strchr(exchanged[i][2], '/');

	exchange_and_write(exchanged[i][0], exchanged[i][1], exchanged[i][2], at_once);
	snprintf(query, sizeof(query), "SELECT path, change, old_content FROM changes WHERE path GLOB '*%s' ORDER BY path", below);
	expect_rows(query, exchanged_rows[i]);
}

START_TEST(what_is_met_after_directories_have_changed_places_was_in_the_other)
{
	expect_exchanged(_i, false);
}
END_TEST

START_TEST(what_is_met_while_directories_change_places_was_in_the_other)
{
	expect_exchanged(_i, true);
}
END_TEST

/* Of a call that changes no names the directory is not held. */
static void
chmod_without_directory(const char *name)
{
	call = (struct call){ .op = OP_CHMOD, .n_targets = 1, .opened = TARGET_INIT };
	recording_aim(&call.target[0], name);
	io_close(&call.target[0].dir_fd);
	recorder_sink(record)->enter(recorder_sink(record)->context, 1, &call);
	target_close(&call.target[0]);
	tell_leave(chmod(name, 0600));
}

START_TEST(what_is_met_by_itself_while_directories_change_places_was_in_the_other)
{
	bool early = _i == 1;
	struct call moving;
	int rc = 0;

	tell_enter(OP_EXCHANGE, "d", "full");
	moving = call;
	if (early)
		chmod_without_directory("full/f");
	rc = renameat2(AT_FDCWD, "d", AT_FDCWD, "full", RENAME_EXCHANGE);
	if (!early)
		chmod_without_directory("full/f");
	call = moving;
	tell_leave(rc);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change, size_before, mode_after FROM changes WHERE path GLOB '*/f' ORDER BY path",
		    early ? "d/f modified 1 384\nfull/f modified 9 420\n" : "d/f modified 1 420\nfull/f modified 9 384\n");
}
END_TEST

/* Before they have, it was where it is. */
START_TEST(what_is_met_before_directories_change_places_was_there)
{
	struct call moving;

	tell_enter(OP_EXCHANGE, "d", "full");
	moving = call;
	do_write("full/f", "more than there was");
	call = moving;
	tell_leave(renameat2(AT_FDCWD, "d", AT_FDCWD, "full", RENAME_EXCHANGE));
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change, renamed_from FROM changes WHERE path GLOB '*/f' ORDER BY path",
		    "d/f modified full/f\nfull/f modified d/f\n");
	expect_rows("SELECT path FROM changes WHERE old_content = 'kept'", "full/f\n");
}
END_TEST

/* The same where the move is onto a directory that is empty, and goes. */
START_TEST(what_is_met_while_its_directory_moves_onto_another_was_at_the_old_name)
{
	struct call moving;
	int rc;

	tell_enter(OP_RENAME, "d", "empty");
	moving = call;
	rc = rename("d", "empty");
	do_write("empty/sub/g", "more than there was");
	call = moving;
	tell_leave(rc);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change, renamed_from, old_content FROM changes WHERE path GLOB '*/g' ORDER BY path",
		    "d/sub/g deleted kept\nempty/sub/g created d/sub/g\n");
}
END_TEST

/* The same where the move fails, since a directory with something in it is there. */
START_TEST(what_is_met_where_no_directory_can_move_was_there)
{
	struct call moving;
	int rc;

	ck_assert_int_eq(mkdir("e", 0755), 0);
	put("e/f", "there all along");
	tell_enter(OP_RENAME, "d", "e");
	moving = call;
	rc = rename("d", "e");
	ck_assert_int_eq(rc, -1);
	do_write("e/f", "more than there was");
	call = moving;
	errno = ENOTEMPTY;
	tell_leave(rc);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT path, change, old_content FROM changes WHERE path GLOB '*/f'", "e/f modified kept\n");
}
END_TEST

/* Below a directory that is moving something is done at once, or when it has been told that it has moved. */
static void
move_and(void (*act)(void), const char *to, bool at_once)
{
	struct call moving;
	int rc;

	tell_enter(OP_RENAME, "d", to);
	moving = call;
	rc = rename("d", to);
	if (at_once)
		act();
	call = moving;
	tell_leave(rc);
	if (!at_once)
		act();
	recording_finish(RUN_COMPLETE);
}

static void
removes_what_came_along(void)
{
	do_unlink("e/f");
}

static void
moves_what_came_along(void)
{
	do_rename("e/f", "g");
}

static void
makes_another_in_its_place(void)
{
	do_mkdir("d");
	do_write("d/f", "quite another");
}

static void
moves_another_to_its_place(void)
{
	do_mkdir("d");
	do_rename("old", "d/f");
}

static void
makes_what_there_was_not(void)
{
	do_mkdir("d");
	do_write("d/h", "quite another");
}

static void
removes_from_what_was_empty(void)
{
	do_unlink("empty/f");
}

/* As if nobody had been in a hurry. */
static const struct {
	void (*act)(void);
	const char *to;
	const char *rows;
} moved[] = {
	{ removes_what_came_along, "e", "d/f deleted kept\n" },
	{ moves_what_came_along, "e", "d/f deleted\ng created d/f\n" },
	{ makes_another_in_its_place, "e", "d/f modified\ne/f created d/f\n" },
	{ moves_another_to_its_place, "e", "d/f modified old\ne/f created d/f\n" },
	{ makes_what_there_was_not, "e", "d/h created\n" },
	{ removes_from_what_was_empty, "empty", "d/f deleted kept\n" },
};

static void
expect_moved(int i, bool at_once)
{
	move_and(moved[i].act, moved[i].to, at_once);
	if (moved[i].act == makes_what_there_was_not)
		expect_rows("SELECT path, change FROM changes WHERE path GLOB '*/h'", moved[i].rows);
	else
		expect_rows("SELECT path, change, renamed_from, old_content FROM changes "
			    "WHERE (path GLOB '*/f' OR path GLOB '*/g') AND path NOT GLOB '*/sub/*' "
			    "AND change <> 'transient' ORDER BY path", moved[i].rows);
}

START_TEST(what_is_done_below_a_directory_that_has_moved)
{
	expect_moved(_i, false);
}
END_TEST

START_TEST(what_is_done_below_a_directory_while_it_moves)
{
	expect_moved(_i, true);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("creations");

	tcase_add_checked_fixture(tc, begin, unit_leave_scratch);
	tcase_add_test(tc, what_is_removed_while_its_directory_moves_is_removed_by_the_run);
	tcase_add_test(tc, what_is_met_while_its_directory_moves_was_at_the_old_name);
	tcase_add_test(tc, what_is_renamed_while_its_directory_moves_had_its_old_name_before);
	tcase_add_test(tc, what_is_linked_while_its_directory_moves_had_its_old_name_before);
	tcase_add_loop_test(tc, what_is_met_after_directories_have_changed_places_was_in_the_other, 0, ARRAY_SIZE(exchanged));
	tcase_add_loop_test(tc, what_is_met_while_directories_change_places_was_in_the_other, 0, ARRAY_SIZE(exchanged));
	tcase_add_loop_test(tc, what_is_met_by_itself_while_directories_change_places_was_in_the_other, 0, 2);
	tcase_add_test(tc, what_is_met_before_directories_change_places_was_there);
	tcase_add_test(tc, what_is_met_while_its_directory_moves_onto_another_was_at_the_old_name);
	tcase_add_test(tc, what_is_met_where_no_directory_can_move_was_there);
	tcase_add_loop_test(tc, what_is_done_below_a_directory_that_has_moved, 0, ARRAY_SIZE(moved));
	tcase_add_loop_test(tc, what_is_done_below_a_directory_while_it_moves, 0, ARRAY_SIZE(moved));
	return unit_run("creations", tc);
}
