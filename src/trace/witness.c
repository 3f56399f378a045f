/* What a call's targets say of its outcome. */
#include "config.h"

#include "trace/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/shared_fd.h"
#include "file/fskind.h"
#include "file/identity.h"
#include "trace/path/descriptor.h"

/* Not in every linux/magic.h. */
#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif

/* By what a success shows. */
enum evidence {
	EVIDENCE_NONE,
	EVIDENCE_CHANGED,	/* the object's ctime has moved (inode(7): nobody can set it) */
	EVIDENCE_GONE,		/* the name is gone */
	EVIDENCE_MADE,		/* the name is there */
	EVIDENCE_LINKED,	/* the new name is the object's */
	EVIDENCE_MOVED,		/* the same, and the old one is not */
	EVIDENCE_EXCHANGED,
};

/* OP_COUNT: a connection. */
static const enum evidence evidence_of[OP_COUNT + 1] = {
	[OP_RENAME] = EVIDENCE_MOVED,
	[OP_EXCHANGE] = EVIDENCE_EXCHANGED,
	[OP_UNLINK] = EVIDENCE_GONE,
	[OP_RMDIR] = EVIDENCE_GONE,
	[OP_LINK] = EVIDENCE_LINKED,
	[OP_SYMLINK] = EVIDENCE_MADE,
	[OP_MKDIR] = EVIDENCE_MADE,
	[OP_MKNOD] = EVIDENCE_MADE,
	[OP_BIND] = EVIDENCE_MADE,
	[OP_TRUNCATE] = EVIDENCE_CHANGED,
	[OP_CHMOD] = EVIDENCE_CHANGED,
	[OP_CHOWN] = EVIDENCE_CHANGED,
	[OP_UTIME] = EVIDENCE_CHANGED,
	[OP_XATTR] = EVIDENCE_CHANGED,
	[OP_FLAGS] = EVIDENCE_CHANGED,
};

static void
take_descriptor(int *from, int *to)
{
	*to = *from;
	*from = -1;
}

static void
take_directory(struct witness *w, unsigned i, struct target *t)
{
	take_descriptor(&t->dir_fd, &w->dir_fd[i]);
	w->dir_shared[i] = t->dir_shared;
	t->dir_shared = NULL;
}

static void
dismiss_directory(struct witness *w, unsigned i)
{
	if (w->dir_shared[i])
		w->dir_fd[i] = -1;
	else
		io_close(&w->dir_fd[i]);
	shared_fd_drop(w->dir_shared[i]);
	w->dir_shared[i] = NULL;
}

/*
 * A file that is about to be removed or replaced is not held: its last descriptor would be ours, and to give back its
 * blocks our work.
 */
void
witness_hold(struct witness *w, struct call *c)
{
	enum evidence evidence = evidence_of[c->op];

	*w = (struct witness){ .is_held = true, .fd = -1, .dir_fd = { -1, -1 } };
	if (evidence == EVIDENCE_CHANGED || evidence == EVIDENCE_MOVED || evidence == EVIDENCE_LINKED)
		take_descriptor(&c->target[0].fd, &w->fd);
	if (evidence > EVIDENCE_CHANGED && evidence != EVIDENCE_LINKED)
		take_directory(w, 0, &c->target[0]);
	if (evidence >= EVIDENCE_LINKED)
		take_directory(w, 1, &c->target[1]);
	clock_gettime(CLOCK_REALTIME_COARSE, &w->since);
}

void
witness_dismiss(struct witness *w)
{
	if (!w->is_held)
		return;
	io_close(&w->fd);
	dismiss_directory(w, 0);
	dismiss_directory(w, 1);
	w->is_held = false;
}

static bool
is_there(const struct target *t)
{
	return t->st.st_ino != 0;	/* a file without a name has no links, and can be given one */
}

static bool
same_ctime(const struct stat *a, const struct stat *b)
{
	return a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

bool
witness_is_since(const struct witness *w, const struct stat *st)
{
	return clock_ns(st->st_ctim) >= clock_ns(w->since);
}

/* Those that move it with every change of an attribute; FAT has none of its own, and others are not known for it. */
static bool
keeps_ctime(int fd)
{
	static const unsigned long magics[] = {
		EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC, F2FS_SUPER_MAGIC,
	};
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		if (magics[i] == (unsigned long)fs.f_type)
			return true;
	}
	return false;
}

/*
 * Two changes in one tick of the clock may have one time.  To set what is set already changes nothing: the same length,
 * flags; of extended attributes who asks sees to that.
 */
static enum testimony
has_changed(const struct witness *w, const struct call *c, int64_t length)
{
	const struct target *t = &c->target[0];
	struct stat now;

	if (!is_there(t))
		return WITNESS_MISSES;
	if (w->fd < 0 || fstat(w->fd, &now) < 0)
		return WITNESS_UNSURE;
	if (!same_ctime(&now, &t->st))
		return WITNESS_CONFIRMS;
	if (witness_is_since(w, &t->st) || c->op == OP_FLAGS || !keeps_ctime(w->fd))
		return WITNESS_UNSURE;
	if (c->op == OP_TRUNCATE && (length < 0 || now.st_size == length))
		return WITNESS_UNSURE;
	return WITNESS_DENIES;
}

enum name_look { NAME_ABSENT, NAME_AS_IT_WAS, NAME_OTHER, NAME_UNSEEN };

/* What has the target's name now, beside what had it. */
static enum name_look
look_at_name(int dir_fd, const struct target *t, struct stat *now)
{
	if (dir_fd < 0)
		return NAME_UNSEEN;
	if (fstatat(dir_fd, path_name(t->path), now, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? NAME_ABSENT : NAME_UNSEEN;
	return is_there(t) && identity_same(now, &t->st) && same_ctime(now, &t->st) ? NAME_AS_IT_WAS : NAME_OTHER;
}

static enum testimony
is_gone(const struct witness *w, const struct call *c)
{
	struct stat now;

	switch (look_at_name(w->dir_fd[0], &c->target[0], &now)) {
	case NAME_ABSENT:
		return is_there(&c->target[0]) ? WITNESS_CONFIRMS : WITNESS_MISSES;
	case NAME_AS_IT_WAS:
		return WITNESS_DENIES;
	case NAME_OTHER:
	case NAME_UNSEEN:
		break;
	}
	return WITNESS_UNSURE;
}

static bool
is_of_kind(enum op op, mode_t mode)
{
	switch (op) {
	case OP_MKDIR:
		return S_ISDIR(mode);
	case OP_SYMLINK:
		return S_ISLNK(mode);
	case OP_BIND:
		return S_ISSOCK(mode);
	default:
		return !S_ISDIR(mode) && !S_ISLNK(mode);
	}
}

static enum testimony
is_made(const struct witness *w, const struct call *c)
{
	struct stat now;

	switch (look_at_name(w->dir_fd[0], &c->target[0], &now)) {
	case NAME_ABSENT:
		return WITNESS_MISSES;
	case NAME_AS_IT_WAS:
		return WITNESS_DENIES;	/* the call would have failed */
	case NAME_OTHER:
		return is_of_kind(c->op, now.st_mode) ? WITNESS_CONFIRMS : WITNESS_MISSES;
	case NAME_UNSEEN:
		break;
	}
	return WITNESS_UNSURE;
}

static bool
is_overlay(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && fskind_of(fd, st.st_dev) == FS_OVERLAY;
}

/*
 * Overlayfs may give an object another number when it is first changed; but what has the new name is the object if it has
 * the same number as what is held, whose own name follows it, and whose ctime moves when it is given a name.
 */
static enum testimony
by_what_is_held(const struct witness *w, const struct call *c, const struct stat *found)
{
	const struct target *from = &c->target[0], *to = &c->target[1];
	enum testimony said = WITNESS_UNSURE;
	struct stat held;
	char *name;

	if (w->fd < 0 || fstat(w->fd, &held) < 0)
		return WITNESS_UNSURE;
	if (identity_same(&held, found))
		return WITNESS_CONFIRMS;
	if (c->op == OP_LINK)
		return same_ctime(&held, &from->st) && !witness_is_since(w, &from->st) ? WITNESS_MISSES : WITNESS_UNSURE;
	name = descriptor_name(w->fd);
	if (name && strcmp(name, to->path) == 0)
		said = WITNESS_CONFIRMS;
	else if (name && strcmp(name, from->path) == 0)
		said = WITNESS_MISSES;
	free(name);
	return said;
}

/* Whether the second name is the first target's object. */
static enum testimony
has_new_name(const struct witness *w, const struct call *c)
{
	const struct target *from = &c->target[0], *to = &c->target[1];
	struct stat now;
	enum name_look look = look_at_name(w->dir_fd[1], to, &now);

	if (look == NAME_UNSEEN)
		return WITNESS_UNSURE;
	if (look != NAME_ABSENT && is_there(from) && identity_same(&now, &from->st))
		return WITNESS_CONFIRMS;
	if (look == NAME_AS_IT_WAS)
		return WITNESS_DENIES;
	if (look == NAME_OTHER && is_overlay(w->dir_fd[1]))
		return by_what_is_held(w, c, &now);
	return WITNESS_MISSES;
}

/* Two names of one file: rename(2) does nothing. */
static enum testimony
has_moved(const struct witness *w, const struct call *c)
{
	enum testimony said;
	struct stat now;

	if (is_there(&c->target[0]) && identity_same(&c->target[0].st, &c->target[1].st))
		return WITNESS_UNSURE;
	said = has_new_name(w, c);
	if (said == WITNESS_MISSES && look_at_name(w->dir_fd[0], &c->target[0], &now) == NAME_AS_IT_WAS)
		return WITNESS_DENIES;
	return said;
}

static enum testimony
have_exchanged(const struct witness *w, const struct call *c)
{
	struct stat first, second;
	enum name_look a = look_at_name(w->dir_fd[0], &c->target[0], &first);
	enum name_look b = look_at_name(w->dir_fd[1], &c->target[1], &second);

	if (a == NAME_AS_IT_WAS || b == NAME_AS_IT_WAS)
		return identity_same(&c->target[0].st, &c->target[1].st) ? WITNESS_UNSURE : WITNESS_DENIES;
	if (a == NAME_OTHER && b == NAME_OTHER && identity_same(&first, &c->target[1].st) &&
	    identity_same(&second, &c->target[0].st))
		return WITNESS_CONFIRMS;
	return is_overlay(w->dir_fd[0]) ? WITNESS_UNSURE : WITNESS_MISSES;
}

/* What lies where we have no name for it is told of as it is. */
enum testimony
witness_hear(const struct witness *w, const struct call *c, int64_t length)
{
	for (unsigned i = 0; i < c->n_targets; i++) {
		/* what cannot be found is no reason to believe that the kernel has found that */
		if (c->target[i].sight == TARGET_UNKNOWN && !c->target[i].closed)
			return WITNESS_UNSURE;
		if (c->target[i].sight != TARGET_RESOLVED)
			return WITNESS_CONFIRMS;
	}
	if (c->n_targets == 0 || evidence_of[c->op] == EVIDENCE_NONE)
		return WITNESS_CONFIRMS;
	if (!w->is_held)
		return WITNESS_UNSURE;
	switch (evidence_of[c->op]) {
	case EVIDENCE_NONE:
		break;
	case EVIDENCE_CHANGED:
		return has_changed(w, c, length);
	case EVIDENCE_GONE:
		return is_gone(w, c);
	case EVIDENCE_MADE:
		return is_made(w, c);
	case EVIDENCE_LINKED:
		return has_new_name(w, c);
	case EVIDENCE_MOVED:
		return has_moved(w, c);
	case EVIDENCE_EXCHANGED:
		return have_exchanged(w, c);
	}
	return WITNESS_CONFIRMS;
}
