/* undo/plan: what an undo and an uninstall make of three states. */
#include "config.h"

#include "undo/plan.h"

#include "base/buf.h"
#include "unit/unit.h"

/*
 * A path in three states, each a letter and a digit: "-" nothing, "d" a directory, "f1" a file of content 1,
 * "l1" a link.  The digit stands for the content as well as for the object.
 */
struct row {
	const char *path, *before, *left, *now;
	const char *origin;		/* where what was left was before */
	enum {
		OLD = 1 << 0,		/* the old content was kept */
		NO_OLD = 1 << 1,	/* it was needed and not kept */
		HELD = 1 << 2,		/* a later run wrote it */
		FOREIGN = 1 << 3,	/* it holds something that no run knows */
		LATE = 1 << 4,
		DENIED = 1 << 5,
		UNWANTED = 1 << 6,
		LINKED = 1 << 7,	/* the object had several names before */
		MODE = 1 << 8,		/* the runs changed its mode */
		FROZEN = 1 << 9,	/* it is immutable now */
		OTHER = 1 << 10,	/* another object than before, with the same content */
		SINCE = 1 << 11,	/* and somebody has made it so since the runs */
		USED = 1 << 13,		/* a process has it open for writing */
		DOUBTED = 1 << 15,	/* a blind spot is about it */
		OTHERS = 1 << 14,	/* somebody who is not root can have written it */
		EXCEPTED = 1 << 16,	/* not chosen, and not to be touched for what is */
		STORED = 1 << 12,	/* the old content is in the store for the sake of another run */
	} marks;
};

enum { ROWS_MAX = 8 };

struct scenario {
	const char *what;
	struct row row[ROWS_MAX];
	bool uninstall, force;
	const char *expected;		/* steps, then what is kept, with ";" behind each */
};

static struct file_state
state(const char *text)
{
	static const struct {
		char letter;
		enum file_type type;
	} types[] = { { '-', FILE_ABSENT }, { 'd', FILE_DIRECTORY }, { 'f', FILE_REGULAR }, { 'l', FILE_SYMLINK } };
	struct file_state s = { .mode = 0644, .dev = 1, .nlink = 1, .ino = (ino_t)(text[0] * 256 + text[1]) };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (types[i].letter == text[0])
			s.type = types[i].type;
	}
	if (s.type == FILE_REGULAR) {
		s.has_digest = true;
		s.digest.bytes[0] = (unsigned char)text[1];
	}
	if (s.type == FILE_SYMLINK)
		s.target = xstrdup(text + 1);
	return s;
}

/* What compose and survey would say of a row. */
static void
fill(struct undo_path *p, const struct row *r)
{
	p->path = xstrdup(r->path);
	p->history.before = state(r->before);
	p->history.left = state(r->left);
	p->now.state = state(r->now);
	p->history.left_by = 1;
	p->history.lost = strcmp(r->before, r->left) != 0 && p->history.before.type != FILE_ABSENT;
	p->history.has_old = r->marks & OLD;
	p->history.no_old = r->marks & NO_OLD;
	p->now.edited = strcmp(r->left, r->now) != 0;
	p->now.is_back = p->history.lost && strcmp(r->before, r->now) == 0;
	p->history.held_by = r->marks & HELD ? 2 : 0;
	p->now.foreign = r->marks & FOREIGN ? xstrdup("site.so") : NULL;
	p->now.late_change = r->marks & LATE;
	p->history.doubtful = r->marks & DOUBTED;
	p->now.in_store = r->marks & STORED;
	p->now.used_by = r->marks & USED ? 4711 : 0;
	p->now.others_work = r->marks & OTHERS;
	p->now.denied = r->marks & DENIED ? 13 : 0;
	p->now.wanted = !(r->marks & (UNWANTED | EXCEPTED));
	p->now.excepted = r->marks & EXCEPTED;
	if (r->marks & LINKED)
		p->history.before.nlink = 2;
	if (r->marks & MODE)
		p->history.left.mode = p->now.state.mode = 0600;
	if (r->marks & OTHER)
		p->history.left.ino = p->now.state.ino = 99;
	p->now.frozen = r->marks & SINCE;
	if (r->marks & (FROZEN | SINCE))
		p->now.state.iflags = 0x10;
}

static void
set_up(struct undo_paths *b, const struct scenario *s)
{
	b->path = xcalloc(ROWS_MAX, sizeof(*b->path));
	for (b->n = 0; b->n < ROWS_MAX && s->row[b->n].path; b->n++)
		fill(&b->path[b->n], &s->row[b->n]);
	for (int i = 0; i < b->n; i++)
		b->path[i].history.origin = s->row[i].origin ? paths_find(b, s->row[i].origin) : NO_PATH;
}

static void
tell(struct buf *out, const struct undo_paths *b, const struct plan *p)
{
	static const char *const names[] = {
		[STEP_THAW] = "thaw", [STEP_STASH] = "stash", [STEP_REMOVE] = "remove", [STEP_RMDIR] = "rmdir",
		[STEP_MKDIR] = "mkdir", [STEP_PLACE] = "put", [STEP_ATTRIBUTES] = "attributes", [STEP_SETTLE] = "settle",
	};

	for (int i = 0; i < p->n; i++) {
		const struct undo_path *path = &b->path[p->step[i].path];
		const char *name = names[p->step[i].kind];

		if (p->step[i].kind == STEP_PLACE && path->plan.action != UNDO_PUT)
			name = path->plan.action == UNDO_MOVE ? "move" : "link";
		buf_addf(out, "%s %s", name, path->path);
		if (p->step[i].kind == STEP_PLACE && path->plan.source != NO_PATH)
			buf_addf(out, "<%s", b->path[path->plan.source].path);
		buf_addch(out, ';');
	}
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].plan.action == UNDO_KEEP)
			buf_addf(out, "keep %s %d%s%s;", b->path[i].path, (int)b->path[i].plan.reason,
				 b->path[i].plan.detail ? " " : "", b->path[i].plan.detail ? b->path[i].plan.detail : "");
	}
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].plan.unreached > 0 && b->path[i].plan.action != UNDO_KEEP)
			buf_addf(out, "unreached %s %d;", b->path[i].path, b->path[i].plan.unreached);
	}
	if (p->n_stay > 0)
		buf_addf(out, "stay %d;", p->n_stay);
	if (p->n_unwanted > 0)
		buf_addf(out, "unwanted %d;", p->n_unwanted);
}

_Static_assert(KEEP_EDITED == 1 && KEEP_LATER_RUN == 2 && KEEP_GONE == 3 && KEEP_THERE_AGAIN == 4 &&
	       KEEP_LATE_CHANGE == 5 && KEEP_NO_PRE_IMAGE == 6 && KEEP_WAS_ELSEWHERE == 7 && KEEP_BLOCKED == 8 &&
	       KEEP_NOT_EMPTY == 9 && KEEP_ERROR == 10 && KEEP_FROZEN == 11 &&
	       KEEP_IN_USE == 12 &&
	       KEEP_PACKAGE == 13 && KEEP_OTHER_NAMES == 14 && KEEP_DOUBT == 15 && KEEP_CONFLICT == 16, "the numbers below");

#define R(p, b, l, n, ...) { .path = (p), .before = (b), .left = (l), .now = (n), __VA_ARGS__ }

static const struct scenario scenarios[] = {
	{ .what = "what was created goes, deepest first", .row = {
	  R("/d", "-", "d1", "d1"), R("/d/a", "-", "f1", "f1"), R("/d/b", "-", "l1", "l1"), },
	  .expected = "remove /d/b;remove /d/a;rmdir /d;" },
	{ .what = "what is gone already is no fault", .row = {
	  R("/a", "-", "f1", "-"), R("/d", "-", "d1", "-"), R("/t", "-", "-", "-"), R("/u", "-", "-", "f9"), },
	  .expected = "" },
	{ .what = "edited, held, late: kept", .row = {
	  R("/a", "-", "f1", "f2"), R("/b", "-", "f1", "f1", .marks = HELD),
	    R("/c", "-", "f1", "f1", .marks = LATE), R("/d", "-", "f1", "f1", .marks = DENIED), },
	  .expected = "keep /a 1;keep /b 2;keep /c 5;keep /d 10;" },
	{ .what = "by force all but what the system refuses", .row = {
	  R("/a", "-", "f1", "f2"), R("/b", "-", "f1", "f1", .marks = HELD),
	    R("/c", "-", "f1", "f1", .marks = LATE), R("/d", "-", "f1", "f1", .marks = DENIED), },
	  .force = true, .expected = "remove /c;remove /b;remove /a;keep /d 10;" },
	{ .what = "what a blind spot is about is kept, unless it is back or gone; an old content that was not kept is said", .row = {
	  R("/a", "-", "f1", "f1", .marks = DOUBTED), R("/b", "f1", "f2", "f2", .marks = OLD | DOUBTED),
	    R("/c", "f1", "f1", "f1", .marks = MODE | DOUBTED), R("/d", "-", "d1", "d1", .marks = DOUBTED),
	    R("/e", "f8", "f2", "f2", .marks = NO_OLD | DOUBTED), R("/f", "f1", "f2", "f1", .marks = OLD | DOUBTED),
	    R("/g", "-", "f1", "-", .marks = DOUBTED), R("/h", "-", "f1", "f1"), },
	  .expected = "remove /h;keep /a 15;keep /b 15;keep /c 15;keep /d 15;keep /e 6;" },
	{ .what = "but not by force", .row = {
	  R("/a", "-", "f1", "f1", .marks = DOUBTED), R("/b", "f1", "f2", "f2", .marks = OLD | DOUBTED),
	    R("/d", "-", "d1", "d1", .marks = DOUBTED), },
	  .force = true, .expected = "remove /a;put /b;rmdir /d;" },
	{ .what = "what was moved in doubt stays, and is copied back", .row = {
	  R("/a", "f1", "-", "-"), R("/b", "-", "f1", "f1", .origin = "/a", .marks = DOUBTED), },
	  .expected = "put /a</b;keep /b 15;" },
	{ .what = "a directory with something foreign stays, also by force", .row = {
	  R("/d", "-", "d1", "d1"), R("/d/e", "-", "d2", "d2", .marks = FOREIGN), R("/d/f", "-", "f1", "f1"), },
	  .force = true, .expected = "remove /d/f;keep /d 9 e/site.so;keep /d/e 9 site.so;" },
	{ .what = "a directory with something that is kept stays; of several things the first is named", .row = {
	  R("/d", "-", "d1", "d1", .marks = FOREIGN), R("/d/a", "-", "f1", "f3"), R("/d/b", "-", "f1", "f3"), },
	  .expected = "keep /d 9 a;keep /d/a 1;keep /d/b 1;" },
	{ .what = "an uninstall leaves what existed", .row = {
	  R("/a", "f1", "f2", "f2", .marks = OLD), R("/b", "f1", "-", "-", .marks = OLD), R("/c", "-", "f1", "f1"),
	    R("/d", "f1", "f1", "f1", .marks = MODE), },
	  .uninstall = true, .expected = "remove /c;stay 2;" },
	{ .what = "an uninstall keeps what was moved", .row = {
	  R("/a", "f1", "-", "-"), R("/b", "-", "f1", "f1", .origin = "/a"), R("/c", "d1", "-", "-"),
	    R("/d", "-", "d1", "d1", .origin = "/c"), },
	  .uninstall = true, .expected = "keep /b 7;keep /d 7;" },
	{ .what = "old contents come back", .row = {
	  R("/a", "f1", "f2", "f2", .marks = OLD), R("/b", "f3", "-", "-", .marks = OLD), R("/l", "l1", "l2", "l2"), },
	  .expected = "put /a;put /b;put /l;" },
	{ .what = "without an old content nothing is done", .row = {
	  R("/a", "f1", "f2", "f2", .marks = NO_OLD), R("/b", "f3", "-", "-", .marks = NO_OLD), },
	  .expected = "keep /a 6;keep /b 6;" },
	{ .what = "changed since, removed since, there again", .row = {
	  R("/a", "f1", "f2", "f3", .marks = OLD), R("/b", "f1", "f2", "-", .marks = OLD),
	    R("/c", "f1", "-", "f3", .marks = OLD), },
	  .expected = "keep /a 1;keep /b 3;keep /c 4;" },
	{ .what = "and by force", .row = {
	  R("/a", "f1", "f2", "f3", .marks = OLD), R("/b", "f1", "f2", "-", .marks = OLD),
	    R("/c", "f1", "-", "f3", .marks = OLD), },
	  .force = true, .expected = "put /a;put /b;put /c;" },
	{ .what = "what is back already is left alone", .row = {
	  R("/a", "f1", "f2", "f1", .marks = OLD | HELD), R("/b", "f1", "-", "f1", .marks = OLD), },
	  .expected = "" },
	{ .what = "a move is moved back", .row = {
	  R("/a", "f1", "-", "-"), R("/b", "-", "f1", "f1", .origin = "/a"), },
	  .expected = "move /a</b;" },
	{ .what = "a moved directory is made anew, and what is in it moved back", .row = {
	  R("/a", "d1", "-", "-"), R("/a/f", "f1", "-", "-"), R("/b", "-", "d1", "d1", .origin = "/a"),
	    R("/b/f", "-", "f1", "f1", .origin = "/a/f"), },
	  .expected = "mkdir /a;move /a/f</b/f;rmdir /b;settle /a;" },
	{ .what = "an exchange goes through a place aside", .row = {
	  R("/a", "f1", "f2", "f2", .origin = "/b"), R("/b", "f2", "f1", "f1", .origin = "/a"), },
	  .expected = "stash /b;stash /a;move /a</b;move /b</a;" },
	{ .what = "moved over another file", .row = {
	  R("/a", "f1", "-", "-"), R("/b", "f2", "f1", "f1", .origin = "/a", .marks = OLD), },
	  .expected = "stash /b;move /a</b;put /b;" },
	{ .what = "moved, and written after that: the old content comes from the store", .row = {
	  R("/a", "f1", "-", "-", .marks = OLD), R("/b", "-", "f2", "f2", .origin = "/a"), },
	  .expected = "remove /b;put /a;" },
	{ .what = "without an old content the written one stays where it is", .row = {
	  R("/a", "f1", "-", "-", .marks = NO_OLD), R("/b", "-", "f2", "f2", .origin = "/a"), },
	  .expected = "keep /a 6;keep /b 7;" },
	{ .what = "moved, and edited since: kept, there is no other", .row = {
	  R("/a", "f1", "-", "-"), R("/b", "-", "f1", "f5", .origin = "/a"), },
	  .expected = "keep /a 6;keep /b 1;" },
	{ .what = "a file became a directory, with itself in it", .row = {
	  R("/f", "f1", "d1", "d1"), R("/f/x", "-", "f1", "f1", .origin = "/f"), R("/f/y", "-", "f2", "f2"), },
	  .expected = "stash /f/x;remove /f/y;rmdir /f;move /f</f/x;" },
	{ .what = "a directory became a file", .row = {
	  R("/d", "d1", "f1", "f1"), R("/d/x", "f2", "-", "-", .marks = OLD), },
	  .expected = "remove /d;mkdir /d;put /d/x;settle /d;" },
	{ .what = "a file became a directory that holds something foreign", .row = {
	  R("/f", "f1", "d1", "d1", .marks = OLD | FOREIGN), R("/f/x", "-", "f2", "f2"), },
	  .expected = "remove /f/x;keep /f 9 site.so;" },
	{ .what = "what belongs into a directory that cannot be put back", .row = {
	  R("/d", "d1", "f1", "f7"), R("/d/x", "f2", "-", "-", .marks = OLD), },
	  .expected = "keep /d 1;keep /d/x 8;" },
	{ .what = "one of several names was removed", .row = {
	  R("/a", "f1", "f1", "f1", .marks = LINKED), R("/b", "f1", "-", "-", .marks = LINKED), },
	  .expected = "link /b</a;" },
	{ .what = "both names of a file were written", .row = {
	  R("/a", "f1", "f2", "f2", .marks = LINKED | OLD), R("/b", "f1", "f2", "f2", .marks = LINKED | OLD), },
	  .expected = "put /a;link /b</a;" },
	{ .what = "both names of a symbolic link", .row = {
	  R("/a", "l1", "l2", "l2", .marks = LINKED), R("/b", "l1", "-", "-", .marks = LINKED), },
	  .expected = "put /a;link /b</a;" },
	{ .what = "what a server has open stays, but for its attributes", .row = {
	  R("/a", "f1", "f2", "f2", .marks = OLD | USED), R("/b", "-", "f3", "f4", .marks = USED),
	    R("/c", "f5", "f5", "f5", .marks = MODE | USED), R("/d", "f6", "-", "-"),
	    R("/e", "-", "f6", "f6", .origin = "/d", .marks = USED), },
	  .expected = "put /d</e;attributes /c;keep /a 12;keep /b 12;keep /e 12;" },
	{ .what = "a package stays with its manager's database", .row = {
	  R("/r/opt", "-", "d1", "d1"), R("/r/opt/f", "-", "f1", "f1"), R("/r/var/lib/dpkg/info/p.list", "-", "f2", "f2"),
	    R("/r/var/lib/dpkg/status", "f3", "f4", "f5", .marks = OLD), R("/ra", "-", "f1", "f1"), },
	  .expected = "remove /ra;keep /r/opt 13;keep /r/opt/f 13;keep /r/var/lib/dpkg/info/p.list 13;"
		      "keep /r/var/lib/dpkg/status 13;" },
	{ .what = "and goes with it", .row = {
	  R("/opt/f", "-", "f1", "f1"), R("/var/lib/dpkg/status", "f3", "f4", "f4", .marks = OLD), },
	  .expected = "remove /opt/f;put /var/lib/dpkg/status;" },
	{ .what = "an uninstall does not put a database back", .row = {
	  R("/lib/apk/db/installed", "f3", "f4", "f4", .marks = OLD), R("/opt/f", "-", "f1", "f1"), },
	  .uninstall = true, .expected = "keep /lib/apk/db/installed 13;keep /opt/f 13;" },
	{ .what = "by force", .row = {
	  R("/opt/f", "-", "f1", "f1"), R("/var/lib/rpm/rpmdb.sqlite", "f3", "f4", "f5", .marks = OLD), },
	  .force = true, .expected = "remove /opt/f;put /var/lib/rpm/rpmdb.sqlite;" },
	{ .what = "a part that the database is not in", .row = {
	  R("/opt/f", "-", "f1", "f1"), R("/var/lib/dpkg/status", "f3", "f4", "f5", .marks = OLD | UNWANTED), },
	  .expected = "remove /opt/f;unwanted 1;" },
	{ .what = "an uninstall leaves it as well", .row = {
	  R("/a", "-", "f3", "f3", .marks = USED), },
	  .uninstall = true, .expected = "keep /a 12;" },
	{ .what = "by force not", .row = {
	  R("/a", "f1", "f2", "f2", .marks = OLD | USED), R("/b", "-", "f3", "f4", .marks = USED), },
	  .force = true, .expected = "remove /b;put /a;" },
	{ .what = "by no wish does what others wrote get rights", .row = {
	  R("/a", "f1", "f1", "f2", .marks = MODE | OTHERS), R("/b", "f1", "f1", "f2", .marks = MODE), },
	  .force = true, .expected = "attributes /b;keep /a 1;" },
	{ .what = "moved over an equal file", .row = {
	  R("/a", "f1", "f2", "f2"), R("/b", "f1", "f1", "f1", .origin = "/a", .marks = OTHER), },
	  .expected = "stash /b;put /b</b;move /a</b;" },
	{ .what = "moved over an equal file, which is not to be touched", .row = {
	  R("/a", "f1", "f2", "f2"), R("/b", "f1", "f1", "f1", .origin = "/a", .marks = OTHER | UNWANTED), },
	  .expected = "put /a</b;" },
	{ .what = "moved over an equal file, which was edited since", .row = {
	  R("/a", "f1", "f2", "f2"), R("/b", "f1", "f1", "f3", .origin = "/a", .marks = OTHER), },
	  .expected = "keep /a 6;" },
	{ .what = "what another run kept", .row = {
	  R("/a", "f1", "f2", "f2", .marks = STORED | NO_OLD), R("/b", "f3", "-", "-", .marks = STORED), },
	  .expected = "put /a;put /b;" },
	{ .what = "what goes is copied first", .row = {
	  R("/a", "f1", "f2", "f2", .marks = NO_OLD), R("/b", "-", "f1", "f1"), },
	  .expected = "put /a</b;remove /b;" },
	{ .what = "what is put back is copied first", .row = {
	  R("/a", "f3", "f1", "f1", .marks = OLD), R("/b", "f1", "f2", "f2", .marks = NO_OLD), },
	  .expected = "put /b</a;put /a;" },
	{ .what = "what makes room for another is no source", .row = {
	  R("/d", "f4", "d1", "d1", .marks = OLD), R("/d/f", "-", "f1", "f1"), R("/e", "f1", "f2", "f2", .marks = NO_OLD), },
	  .expected = "remove /d/f;rmdir /d;put /d;keep /e 6;" },
	{ .what = "moved away, copied back, and another name went", .row = {
	  R("/a", "f1", "f1", "f1", .marks = LINKED | OTHER), R("/b", "f1", "-", "-", .marks = LINKED),
	    R("/c", "-", "f1", "f1", .origin = "/a"), },
	  .expected = "move /b</c;link /a</b;" },
	{ .what = "moved away and copied back; its other name is out of reach, and is its name again", .row = {
	  R("/a", "f1", "f1", "f1", .marks = LINKED | OTHER), R("/c", "-", "f1", "f1", .origin = "/a"), },
	  .expected = "move /a</c;" },
	{ .what = "replaced by an equal file; its other name is out of reach", .row = {
	  R("/a", "f1", "f1", "f1", .marks = LINKED | OTHER), },
	  .expected = "keep /a 14;" },
	{ .what = "written in place; its other name is out of reach", .row = {
	  R("/a", "f1", "f2", "f2", .marks = LINKED | OLD), },
	  .expected = "put /a;unreached /a 1;" },
	{ .what = "that is no matter by force", .row = {
	  R("/a", "f1", "f2", "f2", .marks = LINKED | OLD), },
	  .force = true, .expected = "put /a;" },
	{ .what = "moved away, and copied back by the run itself", .row = {
	  R("/a", "f1", "f1", "f1", .marks = OTHER), R("/b", "-", "f1", "f1", .origin = "/a"), },
	  .expected = "remove /b;" },
	{ .what = "moved away, copied back, and the copy edited since", .row = {
	  R("/a", "f1", "f1", "f2", .marks = OTHER), R("/b", "-", "f1", "f1", .origin = "/a"), },
	  .expected = "keep /b 7;" },
	{ .what = "one of two names was put back by an earlier undo", .row = {
	  R("/a", "f1", "f1", "f1", .marks = LINKED | OTHER), R("/b", "f1", "f2", "f2", .marks = LINKED | OLD), },
	  .expected = "link /b</a;" },
	{ .what = "attributes", .row = {
	  R("/a", "f1", "f1", "f1", .marks = MODE), R("/b", "f1", "f1", "f2", .marks = MODE),
	    R("/c", "f1", "f1", "-", .marks = MODE), R("/d", "d1", "d1", "d1", .marks = MODE), },
	  .expected = "attributes /a;settle /d;keep /b 1;" },
	{ .what = "flags that forbid it are taken off first", .row = {
	  R("/d", "d1", "d1", "d1", .marks = FROZEN), R("/d/f", "-", "f1", "f1", .marks = FROZEN), },
	  .expected = "thaw /d;thaw /d/f;remove /d/f;settle /d;" },
	{ .what = "what somebody has frozen since stays, and what is in it", .row = {
	  R("/a", "-", "f1", "f1", .marks = SINCE), R("/b", "f1", "f2", "f2", .marks = OLD | SINCE),
	    R("/d", "-", "d1", "d1", .marks = SINCE), R("/d/f", "-", "f1", "f1"), R("/e", "-", "d1", "d1", .marks = SINCE), },
	  .expected = "keep /a 11;keep /b 11;keep /d 11;keep /d/f 11;keep /e 11;" },
	{ .what = "but not by force", .row = {
	  R("/a", "-", "f1", "f1", .marks = SINCE), R("/e", "-", "d1", "d1", .marks = SINCE), }, .force = true,
	  .expected = "thaw /a;thaw /e;remove /a;rmdir /e;" },
	{ .what = "a part alone", .row = {
	  R("/a", "-", "f1", "f1", .marks = UNWANTED), R("/b", "-", "f1", "f1"), R("/d", "-", "d1", "d1"),
	    R("/d/x", "-", "f1", "f1", .marks = UNWANTED), },
	  .expected = "remove /b;keep /d 9 x;unwanted 2;" },
	{ .what = "a part alone does not take the last trace of something", .row = {
	  R("/a", "f1", "-", "-", .marks = EXCEPTED), R("/b", "-", "f1", "f1", .origin = "/a"), },
	  .expected = "keep /b 7;unwanted 1;" },
	{ .what = "a move is undone at both ends, whichever is chosen", .row = {
	  R("/a", "f1", "-", "-", .marks = UNWANTED), R("/b", "-", "f1", "f1", .origin = "/a"),
	    R("/c", "f2", "-", "-"), R("/d", "-", "f2", "f2", .origin = "/c", .marks = UNWANTED),
	    R("/e", "-", "f3", "f3", .marks = UNWANTED), },
	  .expected = "move /a</b;move /c</d;unwanted 1;" },
	{ .what = "a part alone comes back with its directories", .row = {
	  R("/d", "d1", "-", "-", .marks = UNWANTED), R("/d/e", "d2", "-", "-", .marks = UNWANTED),
	    R("/d/e/x", "f1", "-", "-", .marks = OLD), R("/d/y", "f2", "-", "-", .marks = OLD | UNWANTED), },
	  .expected = "mkdir /d;mkdir /d/e;put /d/e/x;settle /d/e;settle /d;unwanted 1;" },
};

START_TEST(the_plan_is)
{
	const struct scenario *s = &scenarios[_i];
	const struct plan_wishes wishes = { .uninstall = s->uninstall, .force = s->force };
	struct buf text = BUF_INIT;
	struct undo_paths b = { 0 };
	struct plan p;

	set_up(&b, s);
	plan_make(&b, &wishes, &p);
	tell(&text, &b, &p);
	ck_assert_msg(strcmp(text.data, s->expected) == 0, "%s:\n  expected %s\n  got      %s", s->what, s->expected,
		      text.data);
	ck_assert_int_eq(p.n_kept > 0, strstr(s->expected, "keep") != NULL);
	plan_release(&p);
	paths_release(&b);
	buf_release(&text);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("plan");

	tcase_add_loop_test(tc, the_plan_is, 0, (int)ARRAY_SIZE(scenarios));
	return unit_run("plan", tc);
}
