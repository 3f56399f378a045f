/* The steps of a plan, done. */
#include "config.h"

#include "audit/steps.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/build.h"
#include "audit/classify.h"
#include "audit/compose.h"
#include "audit/metadata.h"
#include "audit/state.h"
#include "audit/strict.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"

/* A name to act on: its directory, and what is there at this moment. */
struct place {
	char *path;		/* owned */
	int dir_fd;		/* O_PATH */
	int fd;			/* O_PATH; -1: nothing is there */
	struct stat st;		/* zeros where nothing is */
};

/* 0, or -1 with errno.  place_close() in either case. */
static int
place_open(struct place *p, const char *path)
{
	*p = (struct place){ .path = xstrdup(path), .fd = -1 };
	p->dir_fd = strict_open_parent(path);
	if (p->dir_fd < 0)
		return -1;
	p->fd = openat(p->dir_fd, path_name(path), O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (p->fd < 0)
		return errno == ENOENT ? 0 : -1;
	return fstat(p->fd, &p->st);
}

static void
place_close(struct place *p)
{
	int saved = errno;

	io_close(&p->fd);
	io_close(&p->dir_fd);
	free(p->path);
	p->path = NULL;
	errno = saved;
}

static const char *
name_of(const struct place *p)
{
	return path_name(p->path);
}

/* What the survey saw must be there still.  0, or -1 with errno. */
static int
place_check(const struct place *p, const struct file_state *seen)
{
	bool is_dir = seen->type == FILE_DIRECTORY;

	errno = ESTALE;
	if (seen->type == FILE_ABSENT || p->fd < 0)
		return seen->type == FILE_ABSENT && p->fd < 0 ? 0 : -1;
	if (p->st.st_dev != seen->dev || p->st.st_ino != seen->ino || file_type_of(p->st.st_mode) != seen->type)
		return -1;
	if (!is_dir && clock_ns(p->st.st_mtim) != seen->mtime_ns)
		return -1;
	return seen->type != FILE_REGULAR || p->st.st_size == seen->size_bytes ? 0 : -1;
}

/* --- events --- */

static struct target
target_of(const struct place *p)
{
	struct target t = { .path = p->path, .resolved = true, .fd = p->fd, .st = p->st, .dir_fd = p->dir_fd };

	if (p->fd < 0)
		t.st.st_nlink = 0;
	return t;
}

static void
call_begin(const struct steps *s, struct call *c, enum op op, const struct place *a, const struct place *b)
{
	*c = (struct call){ .op = op, .n_targets = b ? 2 : 1, .opened = TARGET_INIT };
	c->target[0] = target_of(a);
	if (b)
		c->target[1] = target_of(b);
	s->sink->enter(s->sink->context, s->image, c);
}

/* Hand over the outcome; rc and errno as the call left them. */
static int
call_end(const struct steps *s, struct call *c, int rc)
{
	int saved = errno;

	c->error = rc < 0 ? saved : 0;
	s->sink->leave(s->sink->context, s->image, c);
	errno = saved;
	return rc < 0 ? -1 : 0;
}

/* --- other names --- */

/* Paths whose objects have several names now, by object: made once, for many removals. */
struct by_object {
	const struct back *b;
	int *path;
	int n;
};

static struct by_object by_object;

static int
compare_now(const void *a, const void *b)
{
	const struct file_state *x = &by_object.b->path[*(const int *)a].now;
	const struct file_state *y = &by_object.b->path[*(const int *)b].now;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return x->ino < y->ino ? -1 : x->ino > y->ino;
}

static void
sort_by_object(const struct back *b)
{
	by_object = (struct by_object){ .b = b, .path = xcalloc((size_t)b->n + 1, sizeof(int)) };
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].now.type == FILE_REGULAR && b->path[i].now.nlink > 1)
			by_object.path[by_object.n++] = i;
	}
	qsort(by_object.path, (size_t)by_object.n, sizeof(int), compare_now);
}

/* Where in the order the names of an object begin. */
static int
first_of_object(const struct stat *st)
{
	int low = 0, high = by_object.n;

	while (low < high) {
		int middle = low + (high - low) / 2;
		const struct file_state *now = &by_object.b->path[by_object.path[middle]].now;

		if (now->dev < st->st_dev || (now->dev == st->st_dev && now->ino < st->st_ino))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * One of several names is about to go: the others are told to the record, so that an undo of this finds what to
 * link the name to again.
 */
static void
meet_siblings(const struct steps *s, const struct place *p)
{
	if (p->fd < 0 || !S_ISREG(p->st.st_mode) || p->st.st_nlink < 2)
		return;
	for (int i = first_of_object(&p->st); i < by_object.n; i++) {
		const struct back_path *other = &by_object.b->path[by_object.path[i]];
		struct place at;

		if (other->now.dev != p->st.st_dev || other->now.ino != p->st.st_ino)
			break;
		if (place_open(&at, other->path) == 0 && at.fd >= 0 && at.st.st_ino == p->st.st_ino &&
		    at.st.st_dev == p->st.st_dev) {
			struct target t = target_of(&at);

			record_meet(s->record, &t);
		}
		place_close(&at);
	}
}

/* --- metadata --- */

/* Give what is at a place the metadata of a state.  only: a set of DIFFERS_*. */
static int
give_metadata(const struct steps *s, const struct place *at, const struct file_state *want, unsigned only)
{
	struct file_state have;
	int rc = 0;

	state_of(at->fd, &at->st, &have);
	for (const struct metadata_kind *k = metadata_kinds; rc == 0 && k->differs; k++) {
		struct stat st;
		struct call c;

		if (!(metadata_differs(want, &have) & k->differs & only))
			continue;
		call_begin(s, &c, k->op, at, NULL);
		rc = call_end(s, &c, k->set(at->fd, want, &have));
		/* one kind may change another: chown(2) takes bits of the mode away */
		state_release(&have);
		if (fstat(at->fd, &st) < 0)
			st = at->st;
		state_of(at->fd, &st, &have);
	}
	state_release(&have);
	return rc;
}

static const unsigned all_kinds = ~(unsigned)(DIFFERS_CONTENT | DIFFERS_TYPE | DIFFERS_TARGET);

static int
do_attributes(const struct steps *s, struct back_path *p)
{
	struct place at;
	int rc = place_open(&at, p->path);

	if (rc == 0)
		rc = place_check(&at, &p->now);
	if (rc == 0)
		rc = give_metadata(s, &at, &p->before, all_kinds);
	place_close(&at);
	return rc;
}

static int
do_thaw(const struct steps *s, struct back_path *p)
{
	struct file_state want = p->now;
	struct place at;
	int rc = place_open(&at, p->path);

	want.iflags &= ~(uint32_t)(FS_IMMUTABLE_FL | FS_APPEND_FL);
	if (rc == 0)
		rc = place_check(&at, &p->now);
	if (rc == 0)
		rc = give_metadata(s, &at, &want, DIFFERS_FLAGS);
	place_close(&at);
	return rc;
}

/* The mtime that a directory gets when our steps are over. */
static int64_t
settled_mtime(const struct back_path *p)
{
	bool as_left = p->now.type != FILE_DIRECTORY || p->now.mtime_ns == p->left.mtime_ns;

	return p->wanted && as_left && !p->ours_alone ? p->before.mtime_ns : p->now.mtime_ns;
}

static int
do_settle(const struct steps *s, struct back_path *p)
{
	bool own = p->wanted && (p->action == BACK_ATTRIBUTES || p->action == BACK_MKDIR);
	struct file_state want = p->ours_alone ? p->now : p->before;
	struct place at;
	int rc = place_open(&at, p->path);

	if (rc == 0 && p->now.type == FILE_DIRECTORY)
		rc = place_check(&at, &p->now);
	if (rc == 0 && (at.fd < 0 || !S_ISDIR(at.st.st_mode))) {
		errno = ESTALE;
		rc = -1;
	}
	want.mtime_ns = settled_mtime(p);
	if (!own)
		want.iflags = p->now.iflags;
	if (rc == 0 && own)
		rc = give_metadata(s, &at, &want, all_kinds & ~(unsigned)(DIFFERS_MTIME | DIFFERS_FLAGS));
	if (rc == 0 && !s->uninstall)
		rc = give_metadata(s, &at, &want, DIFFERS_MTIME);
	if (rc == 0)
		rc = give_metadata(s, &at, &want, DIFFERS_FLAGS);
	place_close(&at);
	return rc;
}

/* --- names --- */

static int
do_remove(const struct steps *s, struct back_path *p)
{
	struct place at;
	struct call c;
	int rc = place_open(&at, p->path);

	if (rc == 0)
		rc = place_check(&at, &p->now);
	if (rc == 0) {
		meet_siblings(s, &at);
		call_begin(s, &c, OP_UNLINK, &at, NULL);
		rc = call_end(s, &c, unlinkat(at.dir_fd, name_of(&at), 0));
	}
	place_close(&at);
	return rc;
}

static int
do_rmdir(const struct steps *s, struct back_path *p)
{
	struct place at;
	struct call c;
	int rc = place_open(&at, p->path);

	if (rc == 0)
		rc = place_check(&at, &p->now);
	if (rc == 0) {
		call_begin(s, &c, OP_RMDIR, &at, NULL);
		rc = call_end(s, &c, unlinkat(at.dir_fd, name_of(&at), AT_REMOVEDIR));
	}
	place_close(&at);
	return rc;
}

static int
do_mkdir(const struct steps *s, struct back_path *p)
{
	struct place at;
	struct call c;
	int rc = place_open(&at, p->path);

	if (rc == 0 && at.fd >= 0) {
		errno = EEXIST;
		rc = -1;
	}
	if (rc == 0) {
		call_begin(s, &c, OP_MKDIR, &at, NULL);
		/* nobody else's until its own mode is settled */
		rc = call_end(s, &c, mkdirat(at.dir_fd, name_of(&at), 0700));
	}
	place_close(&at);
	return rc;
}

/* Rename to a name that nothing has, on any file system: some know no RENAME_NOREPLACE (rename(2)). */
static int
rename_to_free(const struct place *from, const struct place *to)
{
	if (renameat2(from->dir_fd, name_of(from), to->dir_fd, name_of(to), RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL)
		return -1;
	/* link(2) replaces nothing either */
	if (linkat(from->dir_fd, name_of(from), to->dir_fd, name_of(to), 0) == 0)
		return unlinkat(from->dir_fd, name_of(from), 0);
	if (errno == EEXIST)
		return -1;
	return renameat(from->dir_fd, name_of(from), to->dir_fd, name_of(to));
}

/* Rename one place onto another, which must be as it was seen when it was opened. */
static int
move(const struct steps *s, const struct place *from, const struct place *to)
{
	struct call c;
	int rc;

	meet_siblings(s, to);
	call_begin(s, &c, OP_RENAME, from, to);
	if (to->fd < 0)
		rc = rename_to_free(from, to);
	else
		rc = renameat(from->dir_fd, name_of(from), to->dir_fd, name_of(to));
	return call_end(s, &c, rc);
}

static int
do_stash(const struct steps *s, struct back_path *p)
{
	const struct back_path *beside = &s->b->path[plan_stash_dir(s->b, (int)(p - s->b->path))];
	char *aside = build_name_beside(beside->path);
	struct place from, to;
	int rc = place_open(&from, p->path);

	if (rc == 0)
		rc = place_check(&from, &p->now);
	if (rc == 0) {
		rc = place_open(&to, aside);
		if (rc == 0)
			rc = move(s, &from, &to);
		place_close(&to);
	}
	place_close(&from);
	if (rc == 0)
		p->at = aside;
	else
		free(aside);
	return rc;
}

/* The object that is to be at q is at p: move it there. */
static int
do_move(const struct steps *s, struct back_path *q, struct back_path *p)
{
	const struct file_state nothing = { .type = FILE_ABSENT };
	struct place from, to;
	bool cleared = q->clear_first || q->stash;
	int rc = place_open(&from, p->at ? p->at : p->path);

	to = (struct place){ .dir_fd = -1, .fd = -1 };
	if (rc == 0)
		rc = place_check(&from, &p->now);
	if (rc == 0)
		rc = place_open(&to, q->path);
	if (rc == 0)
		rc = place_check(&to, cleared ? &nothing : &q->now);
	if (rc == 0)
		rc = move(s, &from, &to);
	place_close(&to);
	if (rc == 0) {
		rc = place_open(&to, q->path);
		if (rc == 0)
			rc = give_metadata(s, &to, &q->before, all_kinds);
		place_close(&to);
	}
	place_close(&from);
	return rc;
}

/* What could not be put where it belongs goes back to where it was taken from. */
static void
put_back_stash(const struct steps *s, struct back_path *p)
{
	struct place from, to = { .dir_fd = -1, .fd = -1 };

	if (place_open(&from, p->at) == 0 && from.fd >= 0 && place_open(&to, p->path) == 0 && to.fd < 0 &&
	    move(s, &from, &to) == 0) {
		free(p->at);
		p->at = NULL;
	}
	place_close(&to);
	place_close(&from);
}

/* --- what is made anew, beside and then in place --- */

/* Make the object at its temporary place.  0, or -1 with errno. */
static int
build(const struct steps *s, const struct back_path *q, struct place *temp)
{
	struct place master;
	struct call c;
	int rc;

	if (q->action != BACK_LINK) {
		call_begin(s, &c, build_op(q->before.type), temp, NULL);
		c.flag_set = q->before.type == FILE_REGULAR ? FLAGS_OPEN : FLAGS_NONE;
		c.flags = q->before.type == FILE_REGULAR ? O_WRONLY | O_CREAT | O_EXCL : 0;
		return call_end(s, &c, build_object(temp->dir_fd, name_of(temp), &q->before, s->history));
	}
	rc = place_open(&master, s->b->path[q->source].path);
	if (rc == 0 && master.fd < 0) {
		errno = ENOENT;
		rc = -1;
	}
	if (rc == 0) {
		call_begin(s, &c, OP_LINK, &master, temp);
		rc = call_end(s, &c, linkat(master.dir_fd, name_of(&master), temp->dir_fd, name_of(temp), 0));
	}
	place_close(&master);
	return rc;
}

static void
drop(const struct steps *s, const struct place *temp)
{
	struct call c;
	int saved = errno;

	call_begin(s, &c, OP_UNLINK, temp, NULL);
	(void)call_end(s, &c, unlinkat(temp->dir_fd, name_of(temp), 0));
	errno = saved;
}

/* Whether the place holds already what is to be linked there: rename(2) would do nothing then. */
static bool
is_linked(const struct place *to, const struct place *temp)
{
	return to->fd >= 0 && to->st.st_dev == temp->st.st_dev && to->st.st_ino == temp->st.st_ino;
}

static int
place_built(const struct steps *s, struct back_path *q, const struct place *to, struct place *temp)
{
	int rc = 0;

	if (q->action == BACK_LINK && is_linked(to, temp)) {
		drop(s, temp);
		return 0;
	}
	/* an immutable one could not be renamed */
	if (q->action != BACK_LINK)
		rc = build_metadata(temp->fd, &q->before, all_kinds & ~(unsigned)DIFFERS_FLAGS);
	if (rc == 0)
		rc = move(s, temp, to);
	if (rc < 0)
		drop(s, temp);
	else if (q->action != BACK_LINK)
		rc = build_metadata(temp->fd, &q->before, DIFFERS_FLAGS);
	return rc;
}

static int
do_put(const struct steps *s, struct back_path *q)
{
	const struct file_state nothing = { .type = FILE_ABSENT };
	bool cleared = q->clear_first || q->stash;
	char *beside = build_name_beside(q->path);
	struct place to, temp = { .dir_fd = -1, .fd = -1 };
	int rc = place_open(&to, q->path);

	if (rc == 0)
		rc = place_check(&to, cleared ? &nothing : &q->now);
	if (rc == 0)
		rc = place_open(&temp, beside);
	if (rc == 0)
		rc = build(s, q, &temp);
	if (rc == 0) {
		place_close(&temp);
		rc = place_open(&temp, beside);
		if (rc == 0)
			rc = place_built(s, q, &to, &temp);
	}
	place_close(&temp);
	place_close(&to);
	free(beside);
	return rc;
}

static int
do_place(const struct steps *s, struct back_path *q)
{
	struct back_path *p;
	int rc;

	if (q->action != BACK_MOVE)
		return do_put(s, q);
	p = &s->b->path[q->source];
	rc = do_move(s, q, p);
	if (rc < 0 && p->at) {
		int saved = errno;

		put_back_stash(s, p);
		errno = saved;
	}
	return rc;
}

/* --- the walk through the plan --- */

static int (*const run_kind[STEP_KIND_COUNT])(const struct steps *s, struct back_path *p) = {
	[STEP_THAW] = do_thaw,
	[STEP_STASH] = do_stash,
	[STEP_REMOVE] = do_remove,
	[STEP_RMDIR] = do_rmdir,
	[STEP_MKDIR] = do_mkdir,
	[STEP_PLACE] = do_place,
	[STEP_ATTRIBUTES] = do_attributes,
	[STEP_SETTLE] = do_settle,
};

/* A step that failed keeps its path as it is, and says why. */
static void
fail(struct back_path *p, int error)
{
	p->action = BACK_KEEP;
	p->done = false;
	p->error = error;
	p->reason = KEEP_ERROR;
	if (error == ESTALE || error == EEXIST)
		p->reason = KEEP_EDITED;
	if (error == ENOTEMPTY)
		p->reason = KEEP_NOT_EMPTY;
}

static void
run_step(const struct steps *s, const struct step *step)
{
	struct back_path *p = &s->b->path[step->path];
	bool completes = plan_completes(step->kind, p->action);

	if (p->action == BACK_KEEP)
		return;		/* an earlier step failed */
	if (run_kind[step->kind](s, p) < 0)
		fail(p, errno);
	else
		p->done = p->done || completes;
	if (p->done && completes && s->done)
		s->done(s->context, step->path);
}

bool
steps_run(const struct steps *s)
{
	int i = 0;

	sort_by_object(s->b);
	for (; i < s->plan->n && !(s->stop && s->stop(s->context)); i++)
		run_step(s, &s->plan->step[i]);
	free(by_object.path);
	return i == s->plan->n;
}
