/* What a call does to names and objects. */
#include "config.h"

#include "record/call_effect.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "file/fskind.h"
#include "file/identity.h"
#include "record/journal_entries.h"
#include "record/target_object.h"
#include "record/tree_move.h"
#include "base/io.h"
#include "mount/remote.h"
#include "base/path.h"

bool
call_effect_same_object(const struct target *a, const struct target *b)
{
	return a->st.st_nlink > 0 && b->st.st_nlink > 0 && identity_same(&a->st, &b->st);
}

bool
call_effect_only_creates(const struct call *c)
{
	return c->flag_set == FLAGS_OPEN && (c->flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
}

bool
call_effect_truncates(const struct call *c)
{
	return c->flag_set == FLAGS_OPEN ? (c->flags & O_TRUNC) != 0 : c->op == OP_CREATE || c->op == OP_OPEN;
}

const struct target *
call_effect_loses_name(const struct call *c)
{
	const struct target *t = NULL;

	if (c->op == OP_UNLINK || c->op == OP_RMDIR)
		t = &c->target[0];
	else if (c->op == OP_RENAME && !(c->flag_set == FLAGS_RENAME && (c->flags & RENAME_NOREPLACE)) &&
		 !call_effect_same_object(&c->target[0], &c->target[1]))
		t = &c->target[1];
	return t && t->st.st_nlink > 0 ? t : NULL;
}

bool
call_effect_was_last_name(const struct target *t)
{
	return S_ISDIR(t->st.st_mode) || t->st.st_nlink == 1;
}

bool
call_effect_moves_directory(const struct call *c, unsigned i)
{
	return (c->op == OP_RENAME || c->op == OP_EXCHANGE) && S_ISDIR(c->target[i].st.st_mode) &&
	       c->target[i].st.st_nlink > 0;
}

bool
call_effect_on_overlay(const struct target *t)
{
	return target_object_is_there(t) && target_object_fskind(t) == FS_OVERLAY;
}

/* A directory is about to move (JOURNAL_MOVE), or has (JOURNAL_MOVED); nothing where the call moves none. */
static void
journal_move(struct prestate *ps, enum journal_type type, const struct call *c)
{
	if (call_effect_moves_directory(c, 0) || (c->op == OP_EXCHANGE && call_effect_moves_directory(c, 1)))
		journal_write(ps->journal, &(struct journal_entry){
			type, .move = { c->op == OP_EXCHANGE, c->target[0].path, c->target[1].path },
		});
}

void
call_effect_foresee(struct prestate *ps, const struct call *c)
{
	journal_move(ps, JOURNAL_MOVE, c);
}

/* Objects follow their names, and are forgotten with the last one. */
static void
follow_rename(struct prestate *ps, const struct call *c, uint32_t image)
{
	const struct target *from = &c->target[0], *to = &c->target[1];
	struct object *o = target_object_known(ps->ledger, from);
	struct path_entry *p = ledger_find_path(ps->ledger, to->path);
	const struct packed trees = { .bytes = c->seen, .len = c->seen_len };

	if (call_effect_same_object(from, to))
		return;		/* two names of one file: rename(2) does nothing */
	if (o && p)
		prestate_place(ps, o, p);
	if (c->op == OP_EXCHANGE) {
		o = target_object_known(ps->ledger, to);
		p = ledger_find_path(ps->ledger, from->path);
		if (o && p)
			prestate_place(ps, o, p);
	}
	if (from->sight != TARGET_RESOLVED || to->sight != TARGET_RESOLVED)
		return;
	if (c->op == OP_EXCHANGE && (call_effect_moves_directory(c, 0) || call_effect_moves_directory(c, 1)))
		tree_move_exchanged(ps, from->path, to->path, image, c->seen ? &trees : NULL);
	else if (call_effect_moves_directory(c, 0))
		tree_move_moved(ps, from->path, to->path, image, c->seen ? &trees : NULL);
	journal_move(ps, JOURNAL_MOVED, c);
}

static void
touch_below(struct prestate *ps, const char *dir, uint32_t image)
{
	struct ledger *l = ps->ledger;

	for (uint32_t i = 0; i < l->n_paths; i++) {
		if (path_is_under(l->path_list[i]->path, dir))
			prestate_touch(ps, l->path_list[i], image);
	}
}

/* Whether what is at fd can be the copy that the call has made: not what somebody has put or mounted there. */
static bool
is_copied_up(const struct call *c, int fd, struct stat *st)
{
	bool is_copy;
	struct statx sx;
	int64_t birth;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &sx) < 0)
		return false;
	identity_stat_of(&sx, st);
	birth = identity_overlay_birth(&sx, &is_copy);
	return fskind_of(fd, st->st_dev) == FS_OVERLAY && !(sx.stx_attributes & STATX_ATTR_MOUNT_ROOT) &&
	       (birth == 0 || birth >= c->since_ns);
}

/*
 * Overlayfs copies a file up at its first change, and may give the copy another number: by that it is known
 * from now on.  Elsewhere numbers stay.
 */
static void
follow_copy_up(struct prestate *ps, const struct call *c, unsigned i)
{
	bool moved = c->op == OP_RENAME || c->op == OP_EXCHANGE;
	const struct target *was = &c->target[i];
	const struct target *at = moved ? &c->target[1 - i] : was;
	struct object *o = target_object_known(ps->ledger, was);
	struct stat now;
	int fd;

	if (!o || c->op == OP_MOUNT || S_ISDIR(was->st.st_mode) || call_effect_loses_name(c) == was)
		return;
	fd = remote_open(ps->remote, at->path, O_PATH);
	if (fd >= 0 && is_copied_up(c, fd, &now) && (now.st_mode & S_IFMT) == (was->st.st_mode & S_IFMT) &&
	    (c->writes_content || now.st_size == was->st.st_size) &&
	    !ledger_find_object(ps->ledger, now.st_dev, now.st_ino, 0))
		prestate_alias(ps, o, &now);
	io_close(&fd);
}

/* Of two names of one overlay whether they lead to one object, whatever numbers they have. */
static bool
is_same_on_overlay(int fd, int other_fd, struct stat *st)
{
	struct statx a, b;
	struct stat other;
	bool is_copy;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &a) < 0 ||
	    statx(other_fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &b) < 0)
		return false;
	identity_stat_of(&a, st);
	identity_stat_of(&b, &other);
	return fskind_of(fd, st->st_dev) == FS_OVERLAY && fskind_of(other_fd, other.st_dev) == FS_OVERLAY &&
	       identity_overlay_birth(&a, &is_copy) == identity_overlay_birth(&b, &is_copy) &&
	       st->st_mode == other.st_mode && st->st_nlink > 1 && st->st_nlink == other.st_nlink &&
	       memcmp(&st->st_ctim, &other.st_ctim, sizeof(st->st_ctim)) == 0 &&
	       memcmp(&st->st_mtim, &other.st_mtim, sizeof(st->st_mtim)) == 0;
}

/*
 * Where an overlay's layers are on several file systems, a file of a lower one keeps that one's number under the name it had,
 * and has the upper one's under a name that it is linked to (fs/overlayfs/inode.c, ovl_getattr()).
 */
static void
follow_link(struct prestate *ps, const struct call *c)
{
	struct object *o = target_object_known(ps->ledger, &c->target[0]);
	int fds[2] = { -1, -1 };
	struct stat now;

	if (!o)
		return;
	for (int i = 0; i < 2; i++)
		fds[i] = remote_open(ps->remote, c->target[i].path, O_PATH);
	if (fds[0] >= 0 && fds[1] >= 0 && is_same_on_overlay(fds[1], fds[0], &now) &&
	    !ledger_find_object(ps->ledger, now.st_dev, now.st_ino, 0))
		prestate_alias(ps, o, &now);
	for (int i = 0; i < 2; i++)
		io_close(&fds[i]);
}

/* Who has a file open for writing has it so under its next name too. */
static void
follow_held(struct prestate *ps, const struct call *c)
{
	struct path_entry *from = ledger_find_path(ps->ledger, c->target[0].path);
	struct path_entry *to = ledger_find_path(ps->ledger, c->target[1].path);
	struct held_file *held = to ? to->held : NULL;

	if (!from || !to)
		return;
	settling_follow(from, to);
	if (c->op == OP_EXCHANGE)
		from->held = held;
}

void
call_effect_follow(struct prestate *ps, const struct call *c, uint32_t image)
{
	const struct target *losing = call_effect_loses_name(c);
	struct object *o;

	for (unsigned i = 0; i < c->n_targets; i++) {
		if (c->notes & (NOTE_OVERLAY << i))
			follow_copy_up(ps, c, i);
	}
	if (c->op == OP_LINK && (c->notes & NOTE_OVERLAY))
		follow_link(ps, c);
	if (losing && call_effect_was_last_name(losing)) {
		o = target_object_known(ps->ledger, losing);
		if (o)
			prestate_forget(ps, o);
	}
	if (c->op == OP_RENAME || c->op == OP_EXCHANGE || c->op == OP_LINK)
		follow_held(ps, c);
	if (c->op == OP_RENAME || c->op == OP_EXCHANGE)
		follow_rename(ps, c, image);
	if (c->op == OP_MOUNT)
		settling_mounted(&ps->settling, ps->ledger);
	if (c->whole_tree && c->op == OP_MKDIR && c->target[0].sight == TARGET_RESOLVED)
		tree_move_come(ps, c->target[0].path, image);
	else if (c->whole_tree && c->target[0].sight == TARGET_RESOLVED)
		touch_below(ps, c->target[0].path, image);
}
