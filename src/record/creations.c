/* Calls on their way that can make something. */
#include "config.h"

#include "record/creations.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uthash.h>

#include "file/identity.h"
#include "mount/remote.h"
#include "record/call_effect.h"
#include "record/target_object.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"

struct creation {
	uint32_t image;		/* 0: the place is free */
	int64_t since_ns;	/* by the clock that stamps files */
	bool may_empty;		/* what was there before: on an overlay that is copied up, and looks as if it had been made */
	char *name[2];		/* last components of what it can make; NULL: none */
	struct stat moved[2];	/* what it can give such a name; zeros: nothing */
	char *trees[2];		/* names: of what it moves with all below it, or of two that change places */
	bool exchanges;
	bool onto;		/* an empty directory is at the new name, which goes where the call succeeds */
};

struct made_key {
	uint64_t dev, ino;
	int64_t birth;
};

struct made {
	struct made_key key;
	UT_hash_handle hh;
};

static void
creation_clear(struct creation *it)
{
	free(it->name[0]);
	free(it->name[1]);
	free(it->trees[0]);
	free(it->trees[1]);
	*it = (struct creation){ 0 };
}

void
creations_release(struct creations *c)
{
	struct made *m, *next;

	for (size_t i = 0; i < c->n; i++)
		creation_clear(&c->list[i]);
	free(c->list);
	HASH_ITER(hh, c->made, m, next) {
		HASH_DEL(c->made, m);
		free(m);
	}
	*c = (struct creations){ 0 };
}

static bool
can_make(const struct call *c)
{
	return !c->connection && (op_changes_names[c->op] ||
				  (c->op == OP_OPEN && c->flag_set == FLAGS_OPEN && (c->flags & O_CREAT)));
}

static bool
may_empty(const struct call *c)
{
	return call_effect_truncates(c) && !call_effect_only_creates(c);
}

/* It lags behind the other clock by up to a tick, and no file is stamped with less. */
static int64_t
stamp_now_ns(void)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0 ? clock_ns(now) : clock_now_ns();
}

static size_t
free_place(struct creations *c)
{
	size_t i = 0;

	while (i < c->n && c->list[i].image != 0)
		i++;
	if (i == c->n)
		*LIST_ADD(c->list, c->n) = (struct creation){ 0 };
	return i;
}

/* Of a call that is over already the one that was left last, which is what it was taken for, says since when. */
void
creations_begin(struct creations *c, const struct call *call)
{
	c->own_since_ns = call->late && can_make(call) ? c->last_since_ns : 0;
	c->own_may_empty = may_empty(call);
	c->last_since_ns = 0;
}

/* What comes along with a directory, by the names of the call. */
static void
note_trees(struct creation *it, const struct call *c)
{
	const struct target *from = &c->target[0], *to = &c->target[1];
	bool dir = S_ISDIR(from->st.st_mode);

	it->exchanges = c->op == OP_EXCHANGE;
	if ((!it->exchanges && c->op != OP_RENAME) || to->sight != TARGET_RESOLVED ||
	    call_effect_same_object(from, to) || (!dir && !(it->exchanges && S_ISDIR(to->st.st_mode))))
		return;
	it->trees[0] = xstrdup(from->path);
	it->trees[1] = xstrdup(to->path);
	it->onto = !it->exchanges && target_object_is_there(to);
}

void
creations_enter(struct creations *c, uint32_t image, struct call *call)
{
	struct creation *it;
	size_t place;

	c->own_since_ns = 0;
	if (!can_make(call) || call->late)
		return;
	place = free_place(c);
	it = &c->list[place];
	it->image = image;
	it->since_ns = stamp_now_ns();
	it->may_empty = may_empty(call);
	for (unsigned i = call->n_targets == 2 && call->op != OP_EXCHANGE ? 1 : 0; i < call->n_targets; i++) {
		it->name[i] = xstrdup(path_name(call->target[i].path));
		if (call->n_targets == 2)
			it->moved[i] = call->target[1 - i].st;
	}
	note_trees(it, call);
	call->notes |= (unsigned)(place + 1) * NOTE_CREATION;
}

void
creations_leave(struct creations *c, const struct call *call)
{
	size_t place = call->notes / NOTE_CREATION;

	c->own_since_ns = 0;
	if (place == 0 || place > c->n)
		return;
	c->own_since_ns = c->last_since_ns = c->list[place - 1].since_ns;
	c->own_may_empty = c->list[place - 1].may_empty;
	creation_clear(&c->list[place - 1]);
}

void
creations_done(struct creations *c)
{
	c->own_since_ns = 0;
}

void
creations_forget(struct creations *c, uint32_t image)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->list[i].image == image)
			creation_clear(&c->list[i]);
	}
}

/* A clock that was once ahead has left files that say they will be born later: they were there before. */
static bool
is_born_since(int64_t birth, int64_t since_ns)
{
	return birth > 0 && birth >= since_ns && birth <= clock_now_ns();
}

/* Of what is at a target. */
struct sighting {
	struct made_key key;
	bool in_overlay;	/* key.birth is the layer's */
	bool is_copy;
};

/* An overlay tells no birth that lasts, but since when its writable layer has it. */
static struct sighting
sighting_of(const struct target *t)
{
	struct sighting s = { .key = { t->st.st_dev, t->st.st_ino, t->birth } };
	int64_t birth = target_object_overlay_birth(t, &s.is_copy);

	s.in_overlay = birth != 0;
	if (s.in_overlay)
		s.key.birth = birth;
	return s;
}

static bool
can_be_made(const struct sighting *s, int64_t since_ns, bool may_empty)
{
	return is_born_since(s->key.birth, since_ns) && !(s->in_overlay && (s->is_copy || may_empty));
}

static bool
can_be_of(const struct creation *it, const struct target *t, const struct sighting *s)
{
	const char *name = path_name(t->path);

	for (unsigned i = 0; i < 2; i++) {
		if (it->name[i] && strcmp(it->name[i], name) == 0 &&
		    (can_be_made(s, it->since_ns, it->may_empty) ||
		     (it->moved[i].st_nlink > 0 && identity_same(&it->moved[i], &t->st))))
			return true;
	}
	return false;
}

void
creations_note(struct creations *c, const struct call *call)
{
	const struct target *t = &call->opened;
	struct made_key key = { t->st.st_dev, t->st.st_ino, t->birth };
	struct made *m = NULL;

	if (key.birth == 0 && !c->own_may_empty)
		key.birth = t->made_ns;
	if (c->own_since_ns == 0 || t->st.st_nlink == 0 || !is_born_since(key.birth, c->own_since_ns))
		return;
	HASH_FIND(hh, c->made, &key, sizeof(key), m);
	if (m)
		return;
	m = xcalloc(1, sizeof(*m));
	m->key = key;
	HASH_ADD(hh, c->made, key, sizeof(m->key), m);
}

static bool
was_made(const struct creations *c, const struct sighting *s)
{
	struct made *m = NULL;

	if (s->key.birth != 0)
		HASH_FIND(hh, c->made, &s->key, sizeof(s->key), m);
	return m != NULL;
}

bool
creations_explain(const struct creations *c, const struct target *t)
{
	struct sighting s;

	if (!c->made && c->n == 0 && c->own_since_ns == 0)
		return false;
	s = sighting_of(t);
	if (was_made(c, &s) || (c->own_since_ns != 0 && can_be_made(&s, c->own_since_ns, c->own_may_empty)))
		return true;
	for (size_t i = 0; i < c->n; i++) {
		if (can_be_of(&c->list[i], t, &s))
			return true;
	}
	return false;
}

static bool
is_below(const char *path, const char *root)
{
	return strcmp(path, root) != 0 && path_is_under(path, root);
}

/* How many components lead from root to what is below it. */
static int
depth_below(const char *path, const char *root)
{
	int depth = 0;

	for (const char *at = path + strlen(root); *at; at++)
		depth += *at == '/';
	return depth;
}

/* Of the directory that was at root when the target below it was looked up, whatever is there now: from what is held upwards. */
static bool
stat_root_of(const struct target *t, const char *root, struct stat *st)
{
	int up = depth_below(t->path, root) - (t->dir_fd >= 0);
	int fd = openat(t->dir_fd >= 0 ? t->dir_fd : t->fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool known;

	while (fd >= 0 && up-- > 0) {
		int above = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);

		close(fd);
		fd = above;
	}
	known = fd >= 0 && fstat(fd, st) == 0;
	io_close(&fd);
	return known;
}

/*
 * The same of what was looked up without its directory: it is at root now if the kernel has that name for what is held, and
 * nothing has come to root while that was read.  A call that is on its way moves its trees once.
 */
static bool
stat_root_by_name(const struct remote_mounts *remote, const struct target *t, const char *root, struct stat *st)
{
	struct buf name = BUF_INIT;
	char room[IO_FD_ROOM];
	struct stat first;
	bool known = remote_lstat(remote, root, &first) == 0 &&
		     io_readlink(io_own_fds(), io_fd_name(room, t->fd), &name) == 0 && strcmp(name.data, t->path) == 0 &&
		     remote_lstat(remote, root, st) == 0 && identity_same(&first, st);

	buf_release(&name);
	return known;
}

/* Of what the call has found at its name, the one or the other. */
static const struct stat *
found_at(const struct creation *it, int which)
{
	return &it->moved[1 - which];
}

static bool
is_tree_below(const struct creation *it, const struct target *t, int which)
{
	return it->image != 0 && it->trees[which] && is_below(t->path, it->trees[which]);
}

/* Whether it was looked up below what the call moves to that name. */
static bool
came_with(const struct creation *it, const struct remote_mounts *remote, const struct target *t, int to)
{
	const struct stat *moved = found_at(it, 1 - to);
	struct stat st;
	bool known;

	if (moved->st_nlink == 0 || (t->fd < 0 && t->dir_fd < 0))
		return false;
	known = t->dir_fd >= 0 || S_ISDIR(t->st.st_mode) ? stat_root_of(t, it->trees[to], &st)
							  : stat_root_by_name(remote, t, it->trees[to], &st);
	return known && identity_same(&st, moved);
}

/* Whether it was looked up below a directory in the place of the one that the call moves, which is at its new name. */
static bool
has_left(const struct creation *it, const struct remote_mounts *remote, const struct target *t)
{
	const struct stat *moved = found_at(it, 0);
	struct stat st;

	return !it->exchanges && t->dir_fd >= 0 && stat_root_of(t, it->trees[0], &st) && !identity_same(&st, moved) &&
	       remote_lstat(remote, it->trees[1], &st) == 0 && identity_same(&st, moved);
}

/* What is younger than the call somebody has made there; where a directory was already the call may fail, too. */
static bool
can_bring(const struct creation *it, const struct remote_mounts *remote, const struct target *t)
{
	struct sighting s;

	if (it->exchanges || !is_tree_below(it, t, 1) || (it->onto && !came_with(it, remote, t, 1)))
		return false;
	s = sighting_of(t);
	return !can_be_made(&s, it->since_ns, false);
}

bool
creations_bring(const struct creations *c, const struct remote_mounts *remote, const struct target *t)
{
	for (size_t i = 0; i < c->n; i++) {
		if (can_bring(&c->list[i], remote, t))
			return true;
	}
	return false;
}

static char *
rebased(const struct creation *it, const struct target *t, int here)
{
	return path_rebase(t->path, it->trees[here], it->trees[1 - here]);
}

struct creations_way
creations_ways(const struct creations *c, const struct remote_mounts *remote, const struct target *t)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct creation *it = &c->list[i];

		for (int to = it->exchanges ? 0 : 1; to < 2; to++) {
			if (is_tree_below(it, t, to) && came_with(it, remote, t, to))
				return (struct creations_way){ rebased(it, t, to), it->image, true, it->exchanges };
		}
		if (is_tree_below(it, t, 0) && has_left(it, remote, t))
			return (struct creations_way){ rebased(it, t, 0), it->image, false, true };
	}
	return (struct creations_way){ 0 };
}
