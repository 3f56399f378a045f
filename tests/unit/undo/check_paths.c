/* undo/paths: rows of several runs as one state before and one after. */
#include "config.h"

#include "undo/paths.h"

#include "base/buf.h"
#include "store/rows.h"
#include "store/run.h"
#include "unit/history.h"

/* A state is a letter and a digit as in check_plan.c; the digit is the content, number the object (0: the digit). */
struct row {
	int run;
	const char *path, *before, *after, *from;
	enum { KEPT = 1, NOT_KEPT = 2, PARENT = 4, SAME_OBJECT = 8 } marks;
};

enum { ROWS_MAX = 10 };

struct scenario {
	const char *what;
	struct row row[ROWS_MAX];
	int undo;			/* the run that is an earlier undo; 0: none */
	bool of_others_too;
	const char *expected;		/* for each path: path before>left [from origin] [old | lost] [settled] [leftover] */
};

static struct file_state
state(const char *text, bool same_object)
{
	struct file_state s = { .mode = 0644, .dev = 1, .nlink = 1 };

	s.ino = same_object ? 77 : (ino_t)(text[0] * 256 + text[1]);
	s.type = text[0] == 'd' ? FILE_DIRECTORY : text[0] == 'f' ? FILE_REGULAR : FILE_ABSENT;
	if (s.type == FILE_REGULAR) {
		s.has_digest = true;
		s.digest.bytes[0] = (unsigned char)text[1];
	}
	return s;
}

static enum change_class
class_of(const struct row *r)
{
	if (r->marks & PARENT)
		return CHANGE_PARENT;
	if (r->before[0] == '-')
		return r->after[0] == '-' ? CHANGE_TRANSIENT : CHANGE_CREATED;
	if (r->after[0] == '-')
		return CHANGE_DELETED;
	return strcmp(r->before, r->after) == 0 ? CHANGE_UNCHANGED : CHANGE_MODIFIED;
}

static void
add_row(struct store *s, const struct row *r)
{
	const struct file_state before = state(r->before, r->marks & SAME_OBJECT);
	const struct file_state after = state(r->after, r->marks & SAME_OBJECT);
	struct row_change row = {
		.run_id = r->run, .class = class_of(r), .before = &before, .after = &after,
		.old_content = r->marks & KEPT ? OLD_KEPT : r->marks & NOT_KEPT ? OLD_NOT_KEPT : OLD_NOT_NEEDED,
	};
	struct err e = { 0 };

	ck_assert_int_eq(row_path(s, r->path, &row.path_id, &e), 0);
	if (r->from)
		ck_assert_int_eq(row_path(s, r->from, &row.renamed_from_id, &e), 0);
	ck_assert_msg(row_change(s, &row, &e) == 0, "%s", e.text);
}

enum { RUNS = 3 };

/* A history of three runs, with these rows. */
static struct store *
history_of(const struct row *rows, size_t n)
{
	char uuid[] = "u0";
	struct run_start start = {
		.uuid = uuid, .kind = RUN_KIND_RUN, .host = "h", .login = "l", .directory = "/", .command = "c",
	};
	struct run_end ended = { .ended_ns = 1, .state = RUN_COMPLETE };
	struct err e = { 0 };
	struct store *s;
	int64_t id;

	history_make(NULL);
	s = history_open(STORE_WRITE);
	ck_assert_int_eq(store_begin(s, &e), 0);
	for (int i = 1; i <= RUNS; i++) {
		uuid[1]++;
		ck_assert_int_eq(run_insert(s, &start, &id, &e), 0);
		ck_assert_int_eq(id, i);
	}
	for (size_t i = 0; i < n && rows[i].path; i++)
		add_row(s, &rows[i]);
	for (int i = 1; i <= RUNS; i++)
		ck_assert_int_eq(run_finish(s, i, &ended, &e), 0);
	ck_assert_int_eq(store_commit(s, &e), 0);
	return s;
}

static void
tell_state(struct buf *out, const struct file_state *s)
{
	if (s->type == FILE_REGULAR)
		buf_addf(out, "f%c", s->digest.bytes[0]);
	else
		buf_addch(out, s->type == FILE_DIRECTORY ? 'd' : '-');
}

static void
tell(struct buf *out, const struct undo_paths *b)
{
	for (int i = 0; i < b->n; i++) {
		const struct undo_path *p = &b->path[i];

		if (p->history.ours_alone)
			continue;
		buf_addf(out, "%s ", p->path);
		tell_state(out, &p->history.before);
		buf_addch(out, '>');
		tell_state(out, &p->history.left);
		if (p->history.origin != NO_PATH)
			buf_addf(out, " from %s", b->path[p->history.origin].path);
		buf_addf(out, "%s%s%s%s%s;", p->history.lost ? " lost" : "", p->history.has_old ? " old" : "", p->history.no_old ? " none" : "",
			 p->history.settled ? " settled" : "", p->history.leftover ? " leftover" : "");
	}
}

#define R(n, p, b, a, ...) { .run = (n), .path = (p), .before = (b), .after = (a), __VA_ARGS__ }

static const struct scenario scenarios[] = {
	{ .what = "one run", .row = { R(1, "/a", "-", "f1"), R(1, "/b", "f1", "-", .marks = KEPT),
		R(1, "/c", "f1", "f2", .marks = NOT_KEPT), R(1, "/d", "d0", "d0", .marks = PARENT) },
	  .expected = "/a ->f1;/b f1>- lost old;/c f1>f2 lost none;/d d>d;" },
	{ .what = "two versions", .row = { R(1, "/a", "f0", "f1", .marks = KEPT), R(2, "/a", "f1", "f2", .marks = KEPT),
		R(1, "/b", "-", "f1"), R(2, "/b", "f1", "-", .marks = KEPT), R(2, "/c", "-", "f2") },
	  .expected = "/a f0>f2 lost old;/b ->-;/c ->f2;" },
	{ .what = "changed and changed back", .row = { R(1, "/a", "f0", "f1", .marks = KEPT), R(2, "/a", "f1", "f0", .marks = KEPT) },
	  .expected = "/a f0>f0 old;" },
	{ .what = "first let alone, then changed", .row = { R(1, "/a", "f0", "f0"), R(2, "/a", "f0", "f1", .marks = KEPT) },
	  .expected = "/a f0>f1 lost old;" },
	{ .what = "a chain of moves", .row = { R(1, "/a", "f0", "-"), R(1, "/b", "-", "f0", .from = "/a"), R(2, "/b", "f0", "-"),
		R(2, "/c", "-", "f0", .from = "/b") },
	  .expected = "/a f0>- lost;/b ->-;/c ->f0 from /a;" },
	{ .what = "moved, then written by the next run", .row = { R(1, "/a", "f0", "-"), R(1, "/b", "-", "f0", .from = "/a"),
		R(2, "/b", "f0", "f1", .marks = KEPT | SAME_OBJECT) },
	  .expected = "/a f0>- lost old;/b ->f1 from /a;" },
	{ .what = "moved, then written and moved by the next run", .row = { R(1, "/a", "f0", "-"),
		R(1, "/b", "-", "f0", .from = "/a"), R(2, "/b", "f0", "-", .marks = NOT_KEPT),
		R(2, "/c", "-", "f1", .from = "/b") },
	  .expected = "/a f0>- lost none;/b ->-;/c ->f1 from /a;" },
	{ .what = "moved, then removed by the next run", .row = { R(1, "/a", "f0", "-"), R(1, "/b", "-", "f0", .from = "/a"),
		R(2, "/b", "f0", "-", .marks = KEPT) },
	  .expected = "/a f0>- lost old;/b ->-;" },
	{ .what = "moved, then replaced by another: not the same object", .row = { R(1, "/a", "f0", "-"),
		R(1, "/b", "-", "f0", .from = "/a"), R(2, "/b", "f0", "f1", .marks = KEPT) },
	  .expected = "/a f0>- lost old;/b ->f1;" },
	{ .what = "moved to and fro", .row = { R(1, "/a", "f0", "-"), R(1, "/b", "-", "f0", .from = "/a"),
		R(2, "/a", "-", "f0", .from = "/b"), R(2, "/b", "f0", "-") },
	  .expected = "/a f0>f0;/b ->-;" },
	{ .what = "exchanged", .row = { R(1, "/a", "f0", "f1", .from = "/b"), R(1, "/b", "f1", "f0", .from = "/a") },
	  .expected = "/a f0>f1 from /b lost;/b f1>f0 from /a lost;" },
	{ .what = "an earlier undo did a part", .row = { R(1, "/a", "f0", "f1", .marks = KEPT), R(1, "/b", "-", "f1"),
		R(2, "/a", "f1", "f0", .marks = KEPT) }, .undo = 2,
	  .expected = "/a f0>f0 old;/b ->f1;" },
	{ .what = "an interrupted undo left a name", .row = { R(2, "/.writetrace-0123", "-", "f0"),
		R(1, "/a", "f0", "f1", .marks = KEPT), R(2, "/other", "-", "f1") }, .undo = 2,
	  .expected = "/.writetrace-0123 ->f0 leftover;/a f0>f1 lost old;" },
	{ .what = "an interrupted undo had taken something aside", .row = { R(2, "/.writetrace-0123", "-", "f0", .from = "/b"),
		R(1, "/a", "f0", "-"), R(1, "/b", "-", "f0", .from = "/a"), R(2, "/b", "f0", "-") }, .undo = 2,
	  .expected = "/.writetrace-0123 ->f0 from /a leftover;/a f0>- lost;/b ->-;" },
	{ .what = "an earlier undo took back more than these", .row = { R(2, "/a", "f1", "f2", .marks = KEPT),
		R(3, "/a", "f2", "f0", .marks = KEPT) }, .undo = 3, .of_others_too = true,
	  .expected = "/a f1>f0 lost old settled;" },
};

static void
load(struct undo_paths *b, struct store *s, int64_t undo, bool of_others_too)
{
	static const int64_t ids[RUNS] = { 1, 2, 3 };
	struct paths_runs runs = {
		.ids = ids, .n = RUNS, .undos = &undo, .n_undos = undo ? 1 : 0,
		.wider = &undo, .n_wider = of_others_too ? 1 : 0,
	};
	struct err e = { 0 };

	ck_assert_msg(paths_load(b, s, &runs, &e) == 0, "%s", e.text);
}

START_TEST(the_states_are)
{
	const struct scenario *s = &scenarios[_i];
	struct store *store = history_of(s->row, ROWS_MAX);
	struct buf text = BUF_INIT;
	struct undo_paths b;

	load(&b, store, s->undo, s->of_others_too);
	tell(&text, &b);
	ck_assert_msg(strcmp(text.data, s->expected) == 0, "%s:\n  expected %s\n  got      %s", s->what, s->expected,
		      text.data);
	paths_release(&b);
	store_close(store);
	buf_release(&text);
}
END_TEST

START_TEST(paths_are_found_with_their_directories)
{
	const struct row row = R(1, "/d/e/f", "-", "f1");
	struct store *store = history_of(&row, 1);
	struct undo_paths b;

	load(&b, store, 0, false);
	ck_assert_int_eq(b.n, 2);
	ck_assert_int_eq(paths_find(&b, "/d/e/f"), 1);
	ck_assert_int_eq(paths_find(&b, "/d/e"), 0);
	ck_assert(b.path[0].history.ours_alone && !b.path[1].history.ours_alone);
	ck_assert_int_eq(paths_parent(&b, "/d/e/f"), 0);
	ck_assert_int_eq(paths_parent(&b, "/d/e"), NO_PATH);
	ck_assert_int_eq(paths_parent(&b, "/"), NO_PATH);
	ck_assert_int_eq(paths_find(&b, "/d"), NO_PATH);
	paths_release(&b);
	store_close(store);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("paths");

	tcase_add_checked_fixture(tc, unit_enter_scratch, unit_leave_scratch);
	tcase_add_loop_test(tc, the_states_are, 0, (int)ARRAY_SIZE(scenarios));
	tcase_add_test(tc, paths_are_found_with_their_directories);
	return unit_run("paths", tc);
}
