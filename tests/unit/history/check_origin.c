/* history/origin: where objects had been before several runs moved them. */
#include "config.h"

#include "history/origin.h"

#include "history/runs_as_one.h"
#include "unit/history.h"

static struct store *s;

/*
 * A history by a line for each path that a run touched: run, path, what was before and after (f: a file, -: nothing),
 * and where the object came from.
 */
struct story {
	int run;
	const char *path;
	const char *sides;
	const char *from;
};

static void
tell(const struct story *story, size_t n)
{
	history_make(NULL);
	history_do("INSERT INTO run (id, uuid, kind, host, login, directory, command, started_ns, ended_ns, state,"
		   " tracer_pid) SELECT value, 'u' || value, 'run', 'h', 'l', '/', 'c', 1, 1, 'complete', 1"
		   " FROM json_each('[1,2,3]')");
	for (size_t i = 0; i < n; i++) {
		char *sql = sqlite3_mprintf(
			"INSERT OR IGNORE INTO path (path) VALUES (%Q); INSERT OR IGNORE INTO path (path) VALUES (%Q);"
			"INSERT INTO change (run_id, path_id, class, renamed_from_id, type_before, mode_before, uid_before,"
			" gid_before, type_after, mode_after, uid_after, gid_after)"
			" SELECT %d, (SELECT id FROM path WHERE path = %Q), %Q, (SELECT id FROM path WHERE path = %Q),"
			" iif(%d, 'file', NULL), iif(%d, 420, NULL), iif(%d, 0, NULL), iif(%d, 0, NULL),"
			" iif(%d, 'file', NULL), iif(%d, 420, NULL), iif(%d, 0, NULL), iif(%d, 0, NULL)",
			story[i].path, story[i].from ? story[i].from : story[i].path,
			story[i].run, story[i].path,
			strcmp(story[i].sides, "-f") == 0 ? "created" :
			strcmp(story[i].sides, "f-") == 0 ? "deleted" :
			strcmp(story[i].sides, "ff") == 0 ? "modified" : "transient", story[i].from,
			story[i].sides[0] == 'f', story[i].sides[0] == 'f', story[i].sides[0] == 'f', story[i].sides[0] == 'f',
			story[i].sides[1] == 'f', story[i].sides[1] == 'f', story[i].sides[1] == 'f', story[i].sides[1] == 'f');

		history_do(sql);
		sqlite3_free(sql);
	}
	s = history_open(STORE_READ);
}

static const struct story story[] = {
	{ 1, "/made", "-f", NULL },
	{ 1, "/moved", "-f", "/old" },		/* and so is /old/x below it */
	{ 1, "/moved/x", "-f", "/old/x" },
	{ 1, "/old", "f-", NULL },
	{ 1, "/old/x", "f-", NULL },
	{ 1, "/again", "f-", NULL },
	{ 2, "/again", "-f", NULL },		/* another file of the same name */
	{ 2, "/made", "f-", NULL },
	{ 2, "/made2", "-f", "/made" },		/* made by the first run, moved by the second */
	{ 2, "/moved", "f-", NULL },
	{ 2, "/moved2", "-f", "/moved" },	/* there before, moved by both */
	{ 2, "/replaced", "ff", "/other" },	/* one that was there before took the place of another */
	{ 2, "/temporary", "--", NULL },
	{ 3, "/moved2", "ff", NULL },		/* changed after it was moved */
	{ 3, "/made3", "-f", "/made2" },
	{ 3, "/made2", "f-", NULL },
	{ 3, "/back", "-f", "/moved/x" },
	{ 3, "/moved/x", "f-", NULL },
};

static const struct {
	const char *path, *want;
	bool first_alone;
} cases[] = {
	{ "/made", NULL, true },
	{ "/moved", "/old", true },
	{ "/moved/x", "/old/x", true },
	{ "/never-touched", "/never-touched", true },
	{ "/again", NULL, false },
	{ "/made3", NULL, false },
	{ "/moved2", "/old", false },
	{ "/replaced", "/other", false },
	{ "/temporary", "/temporary", false },
	{ "/back", "/old/x", false },
};

/* Read the runs, as a manifest does. */
static void
read_runs(struct origins *o, const int64_t *ids, size_t n)
{
	struct runs_as_one r = { .origins = o };
	struct path_change c;
	struct err e = { 0 };
	int more;

	ck_assert_msg(runs_as_one_open(&r, s, ids, n, &e) == 0, "%s", e.text);
	while ((more = runs_as_one_next(&r, &c, &e)) > 0)
		runs_as_one_release(&c);
	ck_assert_msg(more == 0, "%s", e.text);
	runs_as_one_close(&r);
}

START_TEST(objects_are_followed_through_all_moves)
{
	static const int64_t ids[] = { 1, 2, 3 };
	struct origins o = { .n = 0 };
	const char *got;

	unit_enter_scratch();
	tell(story, ARRAY_SIZE(story));
	read_runs(&o, ids, cases[_i].first_alone ? 1 : 3);
	got = origin_of(&o, cases[_i].path);
	if (cases[_i].want)
		ck_assert_pstr_eq(got, cases[_i].want);
	else
		ck_assert_ptr_null(got);
	origin_release(&o);
	store_close(s);
	unit_leave_scratch();
}
END_TEST

static struct state_row
row_of(int run, const char *path, enum change_class class, ino_t before, ino_t after, const char *from)
{
	struct state_row row = {		/* borrows */
		.run_id = run, .path = (char *)path, .class = class, .renamed_from = (char *)from,
	};

	row.before = (struct file_state){ .type = before ? FILE_REGULAR : FILE_ABSENT, .ino = before };
	row.after = (struct file_state){ .type = after ? FILE_REGULAR : FILE_ABSENT, .ino = after };
	return row;
}

/* What was written over the moved one is not the object, though its name is not for the runs to remove. */
START_TEST(an_object_is_more_than_its_name)
{
	struct state_row rows[] = {
		row_of(1, "/gone", CHANGE_TRANSIENT, 0, 0, NULL), row_of(2, "/gone", CHANGE_DELETED, 5, 0, NULL),
		row_of(2, "/here", CHANGE_CREATED, 0, 5, "/gone"),
		row_of(1, "/moved", CHANGE_CREATED, 0, 1, "/old"), row_of(2, "/moved", CHANGE_MODIFIED, 1, 1, NULL),
		row_of(3, "/moved", CHANGE_MODIFIED, 1, 2, NULL), row_of(1, "/old", CHANGE_DELETED, 1, 0, NULL),
	};
	struct origins o = { .n = 0 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		origin_add(&o, &rows[i]);
	ck_assert_str_eq(origin_of_object(&o, "/moved", 3), "/old");
	ck_assert_ptr_null(origin_of_object(&o, "/moved", INT64_MAX));
	ck_assert_str_eq(origin_of(&o, "/moved"), "/old");
	ck_assert_ptr_null(origin_of_object(&o, "/here", INT64_MAX));
	ck_assert_str_eq(origin_of(&o, "/here"), "/gone");
	ck_assert_str_eq(origin_of_object(&o, "/moved", 1), "/moved");
	origin_release(&o);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("origin");

	tcase_add_loop_test(tc, objects_are_followed_through_all_moves, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, an_object_is_more_than_its_name);
	return unit_run("origin", tc);
}
