/*
 * Trees that move, come or go at one stroke.  A directory that is renamed takes along everything below it: each path
 * under the old name is gone, each under the new one is new, also those that the run never touched.  The tree is walked
 * after the success, in two passes where two directories have changed places: first what was under the old names, then
 * what is under the new ones, so that neither is mistaken for the other.
 */
#include "config.h"

#include "record/tree_move.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/identity.h"
#include "mount/remote_look.h"
#include "record/target_object.h"
#include "file/open.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"

enum pass { PASS_OLD, PASS_NEW, PASS_GOING, PASS_PACK };

struct move {
	struct prestate *ps;
	enum pass pass;
	const char *old_root;
	const char *new_root;
	uint32_t image;
	bool exchanged;		/* with something that need not be a directory: then nothing is below it */
	struct buf *out;	/* of PASS_PACK */
	const struct packed *seen;	/* the trees as a helper has packed them; NULL: they can be looked at */
};

/*
 * What had one name before the run, and another than this: a call that had found its directory before that moved has given
 * it the one that it has now, whether we have heard of its outcome or not.
 */
static bool
was_elsewhere(const struct move *m, const struct target *now, const char *old_path)
{
	const struct object *o = target_object_known(m->ps->ledger, now);
	bool has_one_name = o && (o->state.type == FILE_DIRECTORY || o->state.nlink == 1);

	return has_one_name && o->origin && o->origin->before == o && strcmp(o->origin->path, old_path) != 0;
}

/* The name under which the object was before: known by now, or what it is now is what it was. */
static void
old_name(const struct move *m, const struct target *now)
{
	struct target old = *now;
	struct target absent = { .sight = TARGET_RESOLVED, .fd = -1, .dir_fd = -1 };
	struct path_entry *p;

	old.path = path_rebase(now->path, m->new_root, m->old_root);
	absent.path = old.path;
	p = prestate_path(m->ps, was_elsewhere(m, now, old.path) ? &absent : &old);
	if (p)
		prestate_touch(m->ps, p, m->image);
	free(old.path);
}

/* Who may write to it by descriptors still may. */
static void
moved_held(const struct move *m, struct path_entry *p)
{
	char *old_path = path_rebase(p->path, m->new_root, m->old_root);
	const struct path_entry *old = ledger_find_path(m->ps->ledger, old_path);

	if (old)
		settling_follow(old, p);
	free(old_path);
}

/* The name under which it is now: nothing was there before, unless the ledger knows better. */
static void
new_name(const struct move *m, const struct target *now)
{
	struct target absent = { .path = now->path, .sight = TARGET_RESOLVED, .fd = -1, .dir_fd = -1 };
	struct object *o = target_object_known(m->ps->ledger, now);
	struct path_entry *p = prestate_path(m->ps, &absent);

	if (!p)
		return;
	prestate_touch(m->ps, p, m->image);
	moved_held(m, p);
	if (o)
		prestate_place(m->ps, o, p);
}

/* It is about to go, and its content with it. */
static void
going_name(const struct move *m, const struct target *now)
{
	struct path_entry *p = prestate_path(m->ps, now);

	/* whether it goes is not asked: what is kept in vain is dropped at the end */
	if (p && !p->untracked)
		(void)prestate_content(m->ps, now);
}

static void
pack_name(const struct move *m, const struct target *now)
{
	pack_string(m->out, now->path);
	remote_look_pack(m->out, now->fd, -1);
}

static void (*const visits[])(const struct move *m, const struct target *now) = {
	[PASS_OLD] = old_name,
	[PASS_NEW] = new_name,
	[PASS_GOING] = going_name,
	[PASS_PACK] = pack_name,
};

static void walk_moved(const struct move *m, int dirfd, const char *path);

/* Names may be below path, and nobody has seen them. */
static void
tell_unseen(const struct move *m, const char *path, int error)
{
	if (m->ps)
		prestate_tell(m->ps, m->image, "moved, made or removed a directory as a whole; what is at and below ", path,
			      " could not be looked at, and is not in `changes`", error);
}

static void
enter_moved(const struct move *m, int dirfd, const char *dir, const char *name)
{
	struct target now = TARGET_INIT;
	int fd;

	now.path = path_join(dir, name);
	now.sight = TARGET_RESOLVED;
	now.fd = openat(dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (now.fd >= 0 && identity_stat(now.fd, &now.st, &now.birth) == 0) {
		visits[m->pass](m, &now);
		if (S_ISDIR(now.st.st_mode)) {
			fd = openat(now.fd, ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
			if (fd >= 0)
				walk_moved(m, fd, now.path);
			else
				tell_unseen(m, now.path, errno);
		}
	} else if (now.fd >= 0 || errno != ENOENT) {
		tell_unseen(m, now.path, errno);
	}
	io_close(&now.fd);
	free(now.path);
}

/* Takes dirfd over. */
static void
walk_moved(const struct move *m, int dirfd, const char *path)
{
	DIR *dir = fdopendir(dirfd);
	const struct dirent *d;

	if (!dir) {
		tell_unseen(m, path, errno);
		close(dirfd);
		return;
	}
	while (errno = 0, (d = readdir(dir))) {
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			enter_moved(m, dirfd, path, d->d_name);
	}
	if (errno != 0)
		tell_unseen(m, path, errno);
	closedir(dir);
}

/* The same over what a helper has packed: of all trees, the names below this one. */
static void
walk_packed(const struct move *m)
{
	struct packed seen = *m->seen;

	while (!seen.bad && seen.at < seen.len) {
		const char *path = pack_take_string(&seen);
		struct target now = TARGET_INIT;

		now.seen = remote_look_take(&seen, -1);
		if (now.seen && path && path_is_under(path, m->new_root)) {
			now.path = xstrdup(path);
			now.sight = TARGET_RESOLVED;
			now.st = now.seen->st;
			now.birth = now.seen->state.birth;
			visits[m->pass](m, &now);
			free(now.path);
		}
		remote_look_free(now.seen);
	}
}

void
tree_move_pack(struct buf *out, const char *path)
{
	struct move m = { .pass = PASS_PACK, .new_root = path, .out = out };
	int fd = open_canonical(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);

	if (fd >= 0)
		walk_moved(&m, fd, path);
}

static void
walk_root(const struct move *m)
{
	int fd;

	if (m->seen) {
		walk_packed(m);
		return;
	}
	fd = remote_open(m->ps->remote, m->new_root, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	if (fd >= 0)
		walk_moved(m, fd, m->new_root);
	else if (!m->exchanged || (errno != ENOTDIR && errno != ELOOP))
		tell_unseen(m, m->new_root, errno);
}

/* What was settled at and below the two names is so no more. */
static void
count_move(struct ledger *l, const char *a, const char *b)
{
	const char *const names[] = { a, b };

	l->moves++;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct path_entry *p = ledger_find_path(l, names[i]);

		if (p)
			p->moved = l->moves;
	}
}

void
tree_move_moved(struct prestate *ps, const char *old_path, const char *new_path, uint32_t image,
		const struct packed *seen)
{
	struct move m = { .ps = ps, .old_root = old_path, .new_root = new_path, .image = image, .seen = seen };

	count_move(ps->ledger, old_path, new_path);
	for (m.pass = PASS_OLD; m.pass <= PASS_NEW; m.pass++)
		walk_root(&m);
}

void
tree_move_exchanged(struct prestate *ps, const char *a, const char *b, uint32_t image, const struct packed *seen)
{
	struct move to_a = { .ps = ps, .old_root = b, .new_root = a, .image = image, .exchanged = true, .seen = seen };
	struct move to_b = { .ps = ps, .old_root = a, .new_root = b, .image = image, .exchanged = true, .seen = seen };

	count_move(ps->ledger, a, b);
	for (enum pass pass = PASS_OLD; pass <= PASS_NEW; pass++) {
		to_a.pass = to_b.pass = pass;
		walk_root(&to_a);
		walk_root(&to_b);
	}
}

void
tree_move_going(struct prestate *ps, const char *path, uint32_t image)
{
	const struct move m = { .ps = ps, .pass = PASS_GOING, .old_root = path, .new_root = path, .image = image };

	walk_root(&m);
}

void
tree_move_come(struct prestate *ps, const char *path, uint32_t image)
{
	const struct move m = { .ps = ps, .pass = PASS_NEW, .old_root = path, .new_root = path, .image = image };

	walk_root(&m);
}
