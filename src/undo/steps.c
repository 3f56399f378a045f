/* The steps of a plan, done. */
#include "config.h"

#include "undo/steps.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/identity.h"
#include "undo/act.h"
#include "undo/build.h"
#include "undo/hold.h"
#include "undo/merge.h"
#include "undo/room.h"
#include "file/change.h"
#include "file/metadata.h"
#include "file/state.h"
#include "base/io.h"
#include "base/path.h"

/* --- metadata --- */

static const unsigned all_kinds = ~(unsigned)(DIFFERS_CONTENT | DIFFERS_TYPE | DIFFERS_TARGET);

/* errno stays. */
static void
end_hold(struct hold *h)
{
	int saved = errno;

	(void)hold_end(h);
	errno = saved;
}

static int
do_attributes(const struct steps *s, struct undo_path *p)
{
	struct hold hold = HOLD_INIT;
	struct place at;
	int rc = place_open_seen(&at, p->path, &p->now.state);

	if (rc == 0)
		rc = hold_take(&hold, &at, &p->history.before);
	if (rc == 0)
		rc = act_give(s, &hold, &at, &p->history.before);
	end_hold(&hold);
	place_close(&at);
	return rc;
}

static int
do_thaw(const struct steps *s, struct undo_path *p)
{
	struct file_state want = p->now.state;
	struct place at;
	int rc = place_open_seen(&at, p->path, &p->now.state);

	want.iflags &= ~(uint32_t)(FS_IMMUTABLE_FL | FS_APPEND_FL);
	if (rc == 0)
		rc = act_metadata(s, &at, &want, DIFFERS_FLAGS);
	place_close(&at);
	return rc;
}

static int
do_open(const struct steps *s, struct undo_path *p)
{
	struct file_state want = p->now.state;
	struct place at;
	int rc = place_open_seen(&at, p->path, &p->now.state);

	want.mode |= 0700;
	if (rc == 0)
		rc = act_metadata(s, &at, &want, DIFFERS_MODE);
	place_close(&at);
	return rc;
}

/* Unless it has gone, or got the mode that it had before the runs. */
static int
do_close(const struct steps *s, struct undo_path *p)
{
	struct place at;
	int rc = place_open(&at, p->path);

	if (rc == 0 && at.fd >= 0 && p->plan.action != UNDO_ATTRIBUTES && place_check(&at, &p->now.state) == 0)
		rc = act_metadata(s, &at, &p->now.state, DIFFERS_MODE);
	place_close(&at);
	return rc < 0 && io_means_absent(errno) ? 0 : rc;
}

/* A directory's time that may not be set stays, and is no fault. */
static int
settle_mtime(const struct steps *s, const struct place *at, const struct file_state *want)
{
	int rc = act_metadata(s, at, want, DIFFERS_MTIME);

	return rc < 0 && (errno == EPERM || errno == EACCES || errno == EROFS) ? 0 : rc;
}

/* The mtime that a directory gets when our steps are over. */
static int64_t
settled_mtime(const struct undo_path *p)
{
	bool as_left = p->now.state.type != FILE_DIRECTORY || p->now.state.mtime_ns == p->history.left.mtime_ns;

	return p->now.wanted && as_left && p->history.before.type == FILE_DIRECTORY ? p->history.before.mtime_ns
		: p->now.state.mtime_ns;
}

static int
do_settle(const struct steps *s, struct undo_path *p)
{
	bool own = p->now.wanted && (p->plan.action == UNDO_ATTRIBUTES || p->plan.action == UNDO_MKDIR);
	struct file_state want = p->history.ours_alone ? p->now.state : p->history.before;
	struct place at;
	int rc = place_open(&at, p->path);

	if (rc == 0 && p->now.state.type == FILE_DIRECTORY)
		rc = place_check(&at, &p->now.state);
	if (rc == 0 && (at.fd < 0 || !S_ISDIR(at.st.st_mode) ||
			(p->done.made_ino && at.st.st_ino != p->done.made_ino))) {
		errno = ESTALE;
		rc = -1;
	}
	want.mtime_ns = settled_mtime(p);
	if (!own)
		want.iflags = p->now.state.iflags;
	if (rc == 0 && own)
		rc = act_metadata(s, &at, &want, all_kinds & ~(unsigned)(DIFFERS_MTIME | DIFFERS_FLAGS));
	if (rc == 0 && !s->uninstall)
		rc = settle_mtime(s, &at, &want);
	if (rc == 0)
		rc = act_metadata(s, &at, &want, DIFFERS_FLAGS);
	place_close(&at);
	return rc;
}

/* --- names --- */

static int
do_remove(const struct steps *s, struct undo_path *p)
{
	struct place at;
	int rc = place_open_seen(&at, p->path, &p->now.state);

	if (rc == 0)
		rc = room_remove(s, &at);
	place_close(&at);
	return rc;
}

/* Only an empty one goes, whichever it is. */
static int
do_rmdir(const struct steps *s, struct undo_path *p)
{
	struct place at;
	struct call c;
	int rc = place_open_seen(&at, p->path, &p->now.state);

	if (rc == 0) {
		rc = act_begin(s, &c, OP_RMDIR, &at, NULL) < 0 ? -1
			: act_end(s, &c, unlinkat(at.dir_fd, place_name(&at), AT_REMOVEDIR));
	}
	place_close(&at);
	return rc;
}

/*
 * By what a directory that was made is known again.  What has names in it, or is not ours, was put in its place already:
 * that does not get the owner and the mode of what was made.
 */
static int
note_made(struct undo_path *p, const struct place *at)
{
	int fd = openat(at->dir_fd, place_name(at), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *d;
	bool ours = true;
	struct stat st;

	if (!dir || fstat(fd, &st) < 0) {
		int saved = errno;

		if (dir)
			closedir(dir);
		else
			io_close(&fd);
		errno = saved;
		return -1;
	}
	while (ours && (d = readdir(dir)))
		ours = strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0;
	closedir(dir);
	p->done.made_ino = st.st_ino;
	errno = ESTALE;
	return ours && st.st_uid == geteuid() ? 0 : -1;
}

/*
 * Nobody else's until its own mode is settled.  Only what comes with the making of it, from a directory that hands its
 * group down, is had at once: chmod(2) takes the set-group-ID bit away where the caller is not in that group.
 */
static mode_t
first_mode(const struct place *at, const struct file_state *want)
{
	struct stat dir;
	bool inherits = geteuid() != 0 && want->uid == geteuid() && (want->mode & S_ISGID) &&
		fstat(at->dir_fd, &dir) == 0 && (dir.st_mode & S_ISGID) && dir.st_gid == want->gid;

	return inherits ? want->mode & 01777 : 0700;
}

static int
do_mkdir(const struct steps *s, struct undo_path *p)
{
	struct place at;
	struct call c;
	int rc = place_open(&at, p->path);

	if (rc == 0 && at.fd >= 0) {
		errno = EEXIST;
		rc = -1;
	}
	if (rc == 0) {
		rc = act_begin(s, &c, OP_MKDIR, &at, NULL) < 0 ? -1
			: act_end(s, &c, mkdirat(at.dir_fd, place_name(&at), first_mode(&at, &p->history.before)));
	}
	if (rc == 0)
		rc = note_made(p, &at);
	place_close(&at);
	return rc;
}

/*
 * Whoever may write to the directory can put something else where an object was just moved to, a file of ours that he
 * must not read, say: that does not get the metadata of what was moved.
 */
static int
check_moved(const struct place *from, const struct place *to)
{
	struct stat moved;
	bool same = to->fd >= 0 && fstat(from->fd, &moved) == 0 && moved.st_dev == to->st.st_dev &&
		    moved.st_ino == to->st.st_ino;

	errno = ESTALE;
	return same ? 0 : -1;
}

/*
 * Aside it has a name that anybody may change who may change names there: what is moved on from it is looked at once
 * more then.
 */
static int
do_stash(const struct steps *s, struct undo_path *p)
{
	const struct undo_path *beside = &s->b->path[plan_stash_dir(s->b, (int)(p - s->b->path))];
	char *aside = build_name_beside(beside->path, paths_temporary);
	struct place from, to = PLACE_INIT;
	int rc = place_open_seen(&from, p->path, &p->now.state);

	if (rc == 0)
		rc = place_open(&to, aside);
	if (rc == 0)
		rc = act_move(s, &from, &to);
	if (rc == 0) {
		place_close(&to);
		rc = place_open(&to, aside);
		if (rc == 0 && check_moved(&from, &to) < 0) {
			room_give_back(s, &to, &from);
			rc = -1;
		}
	}
	place_close(&to);
	place_close(&from);
	if (rc == 0)
		p->done.at = aside;
	else
		free(aside);
	return rc;
}

/* What is at p now is what the plan wants there: other names may be linked to it. */
static void
note_put(struct undo_path *p, const struct stat *st)
{
	if (!S_ISDIR(st->st_mode))
		p->done.made_ino = st->st_ino;
}

/* What has been moved to q gets its metadata. */
static int
finish_move(const struct steps *s, struct undo_path *q, const struct place *moved, struct hold *hold)
{
	struct place to;
	int rc = place_open(&to, q->path);

	if (rc == 0)
		rc = check_moved(moved, &to);
	if (rc == 0)
		rc = act_give(s, hold, &to, &q->history.before);
	if (rc == 0)
		note_put(q, &to.st);
	place_close(&to);
	return rc;
}

/* The object that is to be at q is at p: move it there. */
static int
do_move(const struct steps *s, struct undo_path *q, struct undo_path *p)
{
	const struct file_state nothing = { .type = FILE_ABSENT };
	struct hold hold = HOLD_INIT;
	struct place from, to = PLACE_INIT, in = PLACE_INIT;
	bool cleared = q->plan.clear_first || q->plan.stash;
	int rc = place_open_seen(&from, p->done.at ? p->done.at : p->path, &p->now.state);

	if (rc == 0)
		rc = place_open_seen(&to, q->path, cleared ? &nothing : &q->now.state);
	if (rc == 0)
		rc = hold_take(&hold, &from, &q->history.before);
	if (rc == 0)
		rc = room_take(s, &from, &to, &in);
	if (rc == 0) {
		rc = room_put(s, &in, &to);
		if (rc < 0)
			room_give_back(s, &in, &from);
	}
	if (rc == 0)
		rc = finish_move(s, q, &from, &hold);
	place_close(&in);
	place_close(&to);
	end_hold(&hold);
	place_close(&from);
	return rc;
}

/* What could not be put where it belongs goes back to where it was taken from. */
static void
put_back_stash(const struct steps *s, struct undo_path *p)
{
	struct place from, to = PLACE_INIT;

	if (place_open(&from, p->done.at) == 0 && from.fd >= 0 && place_open(&to, p->path) == 0 && to.fd < 0 &&
	    act_move(s, &from, &to) == 0) {
		free(p->done.at);
		p->done.at = NULL;
	}
	place_close(&to);
	place_close(&from);
}

/* --- what is made anew, beside and then in place --- */

/* What is to be at a path where something is made for it. */
static const struct file_state *
wanted_state(const struct undo_path *q)
{
	return q->plan.action == UNDO_MERGE ? &q->now.merged_state : &q->history.before;
}

/* To read what is copied, be it at the place that it is for; whether it is what it should be its digest tells. */
static int
open_copied(const struct steps *s, const struct undo_path *q, const struct place *to)
{
	const struct undo_path *p = &s->b->path[q->plan.source];
	struct place at;
	int fd = -1;

	if (p == q && !p->done.at)
		return state_open(to->fd);
	if (place_open_seen(&at, p->done.at ? p->done.at : p->path, &p->now.state) == 0)
		fd = state_open(at.fd);
	place_close(&at);
	return fd;
}

/* From what was kept, or from what another path holds. */
static int
build_new(const struct steps *s, const struct undo_path *q, const struct place *to, struct place *temp,
	  struct stat *made)
{
	const struct file_state *want = wanted_state(q);
	bool merges = q->plan.action == UNDO_MERGE;
	bool copies = merges || (q->plan.source != NO_PATH && want->type == FILE_REGULAR);
	int from = merges ? merge_open(q) : copies ? open_copied(s, q, to) : -1;
	struct call c;
	int rc, saved;

	if ((copies && from < 0) || act_begin(s, &c, build_op(want->type), temp, NULL) < 0)
		return -1;
	c.flag_set = want->type == FILE_REGULAR ? FLAGS_OPEN : FLAGS_NONE;
	c.flags = want->type == FILE_REGULAR ? O_WRONLY | O_CREAT | O_EXCL : 0;
	rc = act_end(s, &c, build_object(temp->dir_fd, place_name(temp), want, s->history, from, made));
	saved = errno;
	io_close(&from);
	errno = saved;
	return rc;
}

/* Whether the name that others are linked to holds what it is to hold, and not what could not be put back there. */
static int
check_master(const struct undo_path *p, const struct place *master)
{
	bool same = master->fd >= 0 && master->st.st_ino == (p->done.made_ino ? p->done.made_ino : p->now.state.ino) &&
		    (p->done.made_ino || master->st.st_dev == p->now.state.dev);

	errno = p->plan.action == UNDO_KEEP && p->plan.error ? p->plan.error : ESTALE;
	return same && p->plan.action != UNDO_KEEP ? 0 : -1;
}

/* Another name of what is at the place that is linked to. */
static int
build_link(const struct steps *s, struct undo_path *source, struct place *temp)
{
	struct place master;
	struct stat st;
	int rc = place_open(&master, source->path);

	if (rc == 0)
		rc = check_master(source, &master);
	if (rc == 0)
		rc = act_link(s, &master, temp);
	/* overlayfs may give it another number now */
	if (rc == 0 && fstat(master.fd, &st) == 0)
		note_put(source, &st);
	place_close(&master);
	return rc;
}

/* Make the object at its temporary place.  0, or -1 with errno. */
static int
build_beside(const struct steps *s, const struct undo_path *q, const struct place *to, struct place *temp,
	     struct stat *made)
{
	if (q->plan.action == UNDO_LINK)
		return build_link(s, &s->b->path[q->plan.source], temp);
	return build_new(s, q, to, temp, made);
}

static void
drop_built(const struct steps *s, const struct place *temp)
{
	int saved = errno;

	(void)room_empty(s, temp);
	errno = saved;
}

/* Whether the place holds already what is to be linked there: rename(2) would do nothing then. */
static bool
is_linked(const struct place *to, const struct place *temp)
{
	return to->fd >= 0 && identity_same(&to->st, &temp->st);
}

static int
place_built(const struct steps *s, struct undo_path *q, const struct place *to, struct place *temp)
{
	int rc = 0;

	if (q->plan.action == UNDO_LINK && is_linked(to, temp)) {
		drop_built(s, temp);
		return 0;
	}
	/* an immutable one could not be renamed */
	if (q->plan.action != UNDO_LINK)
		rc = metadata_set(temp->fd, wanted_state(q), all_kinds & ~(unsigned)DIFFERS_FLAGS);
	if (rc == 0)
		rc = room_put(s, temp, to);
	if (rc < 0)
		drop_built(s, temp);
	else if (q->plan.action != UNDO_LINK)
		rc = metadata_set(temp->fd, wanted_state(q), DIFFERS_FLAGS);
	return rc;
}

/* Whether what is in the room is what was made there. */
static int
check_built(const struct undo_path *q, const struct place *temp, const struct stat *made)
{
	bool same = temp->fd >= 0 &&
		    (q->plan.action == UNDO_LINK || state_type_of(temp->st.st_mode) == q->history.before.type);

	if (made->st_nlink > 0)
		same = same && identity_same(&temp->st, made);
	errno = ESTALE;
	return same ? 0 : -1;
}

static int
do_put(const struct steps *s, struct undo_path *q)
{
	const struct file_state nothing = { .type = FILE_ABSENT };
	bool cleared = q->plan.clear_first || q->plan.stash;
	struct place to, temp = PLACE_INIT;
	struct stat made = { .st_nlink = 0 };
	int rc = place_open_seen(&to, q->path, cleared ? &nothing : &q->now.state);

	if (rc == 0)
		rc = room_enter(s, &to, &temp);
	if (rc == 0)
		rc = build_beside(s, q, &to, &temp, &made);
	if (rc == 0)
		rc = place_look_again(&temp);
	if (rc == 0)
		rc = check_built(q, &temp, &made);
	if (rc == 0)
		rc = place_built(s, q, &to, &temp);
	if (rc == 0)
		note_put(q, &temp.st);
	place_close(&temp);
	place_close(&to);
	return rc;
}

static int
do_place(const struct steps *s, struct undo_path *q)
{
	struct undo_path *p;
	int rc;

	if (q->plan.action != UNDO_MOVE)
		return do_put(s, q);
	p = &s->b->path[q->plan.source];
	rc = do_move(s, q, p);
	if (rc < 0 && p->done.at) {
		int saved = errno;

		put_back_stash(s, p);
		errno = saved;
	}
	return rc;
}

/* --- the walk through the plan --- */

static int (*const run_kind[STEP_KIND_COUNT])(const struct steps *s, struct undo_path *p) = {
	[STEP_THAW] = do_thaw,
	[STEP_STASH] = do_stash,
	[STEP_REMOVE] = do_remove,
	[STEP_RMDIR] = do_rmdir,
	[STEP_MKDIR] = do_mkdir,
	[STEP_PLACE] = do_place,
	[STEP_ATTRIBUTES] = do_attributes,
	[STEP_OPEN] = do_open,
	[STEP_CLOSE] = do_close,
	[STEP_SETTLE] = do_settle,
};

/* A step that failed keeps its path as it is, and says why. */
static void
keep_failed(struct undo_path *p, int error)
{
	p->plan.action = UNDO_KEEP;
	p->done.completed = false;
	p->plan.error = error;
	p->plan.reason = KEEP_ERROR;
	if (error == ESTALE || error == EEXIST)
		p->plan.reason = KEEP_EDITED;
	if (error == ENOTEMPTY)
		p->plan.reason = KEEP_NOT_EMPTY;
}

/* What could not be copied is nowhere else: it does not go. */
static void
keep_source(const struct steps *s, const struct undo_path *p, int error)
{
	struct undo_path *from = p->plan.source == NO_PATH ? NULL : &s->b->path[p->plan.source];

	if (from && from != p && p->plan.action == UNDO_PUT && from->plan.action == UNDO_REMOVE)
		keep_failed(from, error);
}

static void
run_step(const struct steps *s, const struct step *step)
{
	struct undo_path *p = &s->b->path[step->path];
	bool completes = plan_completes(step->kind, p->plan.action);

	/* an earlier step failed; what is kept may hold what is not */
	if (p->plan.action == UNDO_KEEP && step->kind != STEP_OPEN && step->kind != STEP_CLOSE)
		return;
	/* it must neither be in the way nor leave its trace in a directory's time */
	if (step->kind == STEP_RMDIR || step->kind == STEP_SETTLE || step->kind == STEP_CLOSE)
		room_leave(s);
	if (run_kind[step->kind](s, p) < 0) {
		int error = errno;

		keep_source(s, p, error);
		keep_failed(p, error);
	}
	else
		p->done.completed = p->done.completed || completes;
	if (p->done.completed && completes && s->done)
		s->done(s->context, step->path);
}

bool
steps_run(const struct steps *s)
{
	struct other_names *others = act_other_names_new(s->b);
	struct steps with_names = *s;
	struct room room = ROOM_INIT;
	int i = 0;

	with_names.others = others;
	with_names.room = &room;
	for (; i < s->plan->n && !(s->stop && s->stop(s->context)); i++)
		run_step(&with_names, &s->plan->step[i]);
	/* what was opened is closed, however early the end is */
	for (int k = i; k < s->plan->n; k++) {
		if (s->plan->step[k].kind == STEP_CLOSE)
			run_step(&with_names, &s->plan->step[k]);
	}
	room_leave(&with_names);
	act_other_names_free(others);
	return i == s->plan->n;
}
