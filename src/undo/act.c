/* What the steps are made of: single calls, each told to the record before and after. */
#include "config.h"

#include "undo/act.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file/change.h"
#include "file/fskind.h"
#include "file/metadata.h"
#include "file/state.h"
#include "base/clock.h"
#include "base/mem.h"

int
act_begin(const struct steps *s, struct call *c, enum op op, const struct place *a, const struct place *b)
{
	int missed;

	*c = (struct call){ .op = op, .n_targets = b ? 2 : 1, .opened = TARGET_INIT };
	c->target[0] = place_target(a);
	if (b)
		c->target[1] = place_target(b);
	s->sink->enter(s->sink->context, s->image, c);
	missed = recorder_missed(s->record);
	if (missed == 0)
		return 0;
	errno = missed;
	return act_end(s, c, -1);
}

struct other_names {
	const struct undo_paths *b;
	int *path;		/* those at which something is now, by object */
	int n;
};

static int
by_object_now(const void *a, const void *b, void *context)
{
	const struct undo_paths *all = context;
	const struct file_state *x = &all->path[*(const int *)a].now.state;
	const struct file_state *y = &all->path[*(const int *)b].now.state;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return x->ino < y->ino ? -1 : x->ino > y->ino;
}

struct other_names *
act_other_names_new(struct undo_paths *b)
{
	struct other_names *names = xcalloc(1, sizeof(*names));

	names->b = b;
	names->path = xcalloc((size_t)b->n + 1, sizeof(*names->path));
	for (int i = 0; i < b->n; i++) {
		const struct file_state *now = &b->path[i].now.state;

		if (now->type != FILE_ABSENT && now->type != FILE_DIRECTORY)
			names->path[names->n++] = i;
	}
	qsort_r(names->path, (size_t)names->n, sizeof(*names->path), by_object_now, b);
	return names;
}

void
act_other_names_free(struct other_names *names)
{
	free(names->path);
	free(names);
}

/* Where in the order the names of an object begin. */
static int
first_of_object(const struct other_names *names, const struct stat *st)
{
	int low = 0, high = names->n;

	while (low < high) {
		int middle = low + (high - low) / 2;
		const struct file_state *now = &names->b->path[names->path[middle]].now.state;

		if (now->dev < st->st_dev || (now->dev == st->st_dev && now->ino < st->st_ino))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether what was seen at the path with these times is the object that has the new ones now. */
static bool
has_new_times(const struct undo_path *p, const struct stat *was, const struct stat *st)
{
	const struct file_state *now = &p->now.state;
	struct place at;
	bool has = false;

	if (now->nlink < 2 || now->ctime_ns != clock_ns(was->st_ctim) || now->mtime_ns != clock_ns(was->st_mtim))
		return false;
	if (place_open(&at, p->path) == 0 && at.fd >= 0)
		has = at.st.st_nlink == st->st_nlink && at.st.st_size == st->st_size &&
		      clock_ns(at.st.st_ctim) == clock_ns(st->st_ctim) && clock_ns(at.st.st_mtim) == clock_ns(st->st_mtim);
	place_close(&at);
	return has;
}

/* On an overlay the names of an object may have different numbers (fs/overlayfs/inode.c, ovl_getattr()). */
static void
note_times_on_overlay(const struct steps *s, const struct stat *was, const struct stat *st)
{
	const struct other_names *names = s->others;

	for (int i = 0; i < names->n; i++) {
		struct undo_path *other = &s->b->path[names->path[i]];

		if (has_new_times(other, was, st)) {
			other->now.state.mtime_ns = clock_ns(st->st_mtim);
			other->now.state.ctime_ns = clock_ns(st->st_ctim);
		}
	}
}

/* What has new times because of us has them under all its names: that was nobody who edited it. */
static void
note_times(const struct steps *s, const struct target *t)
{
	const struct other_names *names = s->others;
	struct stat st;

	if (t->fd < 0 || fstat(t->fd, &st) < 0 || S_ISDIR(st.st_mode))
		return;
	if (t->st.st_nlink > 1 && fskind_of(t->fd, st.st_dev) == FS_OVERLAY)
		note_times_on_overlay(s, &t->st, &st);
	for (int i = first_of_object(names, &st); i < names->n; i++) {
		struct file_state *now = &s->b->path[names->path[i]].now.state;

		if (now->dev != st.st_dev || now->ino != st.st_ino)
			break;
		now->mtime_ns = clock_ns(st.st_mtim);
		now->ctime_ns = clock_ns(st.st_ctim);
	}
}

int
act_end(const struct steps *s, struct call *c, int rc)
{
	int saved = errno;

	c->error = rc < 0 ? saved : 0;
	s->sink->leave(s->sink->context, s->image, c);
	for (unsigned i = 0; i < c->n_targets && rc == 0; i++)
		note_times(s, &c->target[i]);
	errno = saved;
	return rc < 0 ? -1 : 0;
}

void
act_meet_others(const struct steps *s, const struct place *p)
{
	const struct other_names *names = s->others;

	if (p->fd < 0 || !S_ISREG(p->st.st_mode) || p->st.st_nlink < 2)
		return;
	for (int i = first_of_object(names, &p->st); i < names->n; i++) {
		const struct undo_path *other = &names->b->path[names->path[i]];
		struct place at;

		if (other->now.state.dev != p->st.st_dev || other->now.state.ino != p->st.st_ino)
			break;
		if (place_open(&at, other->path) == 0 && at.fd >= 0 && at.st.st_ino == p->st.st_ino &&
		    at.st.st_dev == p->st.st_dev) {
			struct target t = place_target(&at);

			recorder_meet(s->record, &t);
		}
		place_close(&at);
	}
}

static enum op
metadata_op(unsigned differs)
{
	switch (differs) {
	case DIFFERS_OWNER:
		return OP_CHOWN;
	case DIFFERS_MODE:
		return OP_CHMOD;
	case DIFFERS_MTIME:
		return OP_UTIME;
	case DIFFERS_FLAGS:
		return OP_FLAGS;
	}
	return OP_XATTR;
}

int
act_metadata(const struct steps *s, const struct place *at, const struct file_state *want, unsigned only)
{
	struct file_state have;
	int rc = 0;

	state_of(at->fd, &at->st, at->birth, &have);
	for (const struct metadata_kind *k = metadata_kinds; rc == 0 && k->differs; k++) {
		struct stat st;
		struct call c;

		if (!(metadata_differs(want, &have) & k->differs & only))
			continue;
		rc = act_begin(s, &c, metadata_op(k->differs), at, NULL) < 0 ? -1
			: act_end(s, &c, k->set(at->fd, want, &have));
		/* one kind may change another: chown(2) takes bits of the mode away */
		state_release(&have);
		if (fstat(at->fd, &st) < 0)
			st = at->st;
		state_of(at->fd, &st, at->birth, &have);
	}
	state_release(&have);
	return rc;
}

int
act_give(const struct steps *s, struct hold *h, const struct place *at, const struct file_state *want)
{
	static const unsigned rights = DIFFERS_OWNER | DIFFERS_MODE | DIFFERS_XATTR | DIFFERS_ACL;
	static const unsigned others = DIFFERS_MTIME | DIFFERS_FLAGS;
	struct file_state had;
	int rc;

	state_of(at->fd, &at->st, at->birth, &had);
	rc = act_metadata(s, at, want, rights);
	if (rc == 0 && hold_end(h) < 0) {
		(void)act_metadata(s, at, &had, rights);
		errno = ETXTBSY;
		rc = -1;
	}
	state_release(&had);
	return rc == 0 ? act_metadata(s, at, want, others) : rc;
}

/* Rename to a name that nothing has, on any file system: some know no RENAME_NOREPLACE (rename(2)). */
static int
rename_to_free(const struct place *from, const struct place *to)
{
	if (renameat2(from->dir_fd, place_name(from), to->dir_fd, place_name(to), RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
		return -1;
	/* link(2) replaces nothing either */
	if (linkat(from->dir_fd, place_name(from), to->dir_fd, place_name(to), 0) == 0)
		return unlinkat(from->dir_fd, place_name(from), 0);
	if (errno == EEXIST)
		return -1;
	return renameat(from->dir_fd, place_name(from), to->dir_fd, place_name(to));
}

int
act_move(const struct steps *s, const struct place *from, const struct place *to)
{
	struct call c;
	int rc;

	act_meet_others(s, to);
	if (act_begin(s, &c, OP_RENAME, from, to) < 0)
		return -1;
	if (to->fd < 0)
		rc = rename_to_free(from, to);
	else
		rc = renameat(from->dir_fd, place_name(from), to->dir_fd, place_name(to));
	return act_end(s, &c, rc);
}

int
act_exchange(const struct steps *s, const struct place *a, const struct place *b)
{
	struct call c;

	if (act_begin(s, &c, OP_EXCHANGE, a, b) < 0)
		return -1;
	return act_end(s, &c, renameat2(a->dir_fd, place_name(a), b->dir_fd, place_name(b), RENAME_EXCHANGE));
}

/* The object itself, whatever its name leads to by now.  For the first way a right is needed that not everybody has. */
static int
link_object(const struct place *from, const struct place *to)
{
	char link[32];

	if (linkat(from->fd, "", to->dir_fd, place_name(to), AT_EMPTY_PATH) == 0)
		return 0;
	if (errno != ENOENT && errno != EPERM && errno != EINVAL)
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", from->fd);
	return linkat(AT_FDCWD, link, to->dir_fd, place_name(to), AT_SYMLINK_FOLLOW);
}

int
act_link(const struct steps *s, const struct place *from, const struct place *to)
{
	struct call c;

	if (act_begin(s, &c, OP_LINK, from, to) < 0)
		return -1;
	return act_end(s, &c, link_object(from, to));
}
