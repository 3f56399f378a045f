/* What others have done in places that were looked at before. */
#include "config.h"

#include "record/watched_compare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "file/change.h"
#include "file/identity.h"
#include "file/tree_walk.h"
#include "mount/remote.h"
#include "objects/objects_dir.h"
#include "record/ledger_blind.h"
#include "record/preimage.h"

/* A name that was not there.  What was moved to it is known only when all that has gone is. */
struct new_name {
	char *path;
	const struct watched_place *place;
	struct file_state now;	/* what stat tells */
};

struct comparison {
	struct ledger *l;
	struct remote_mounts *remote;
	const char *history;
	struct preimages *contents;
	uint32_t n_own;		/* objects up to this number the run itself has met */
	const struct watched_place *place;
	struct watched_reader before;
	struct new_name *fresh;
	size_t n_fresh;
};

static void
tell_place(struct comparison *c, enum blind_kind kind, const char *before, const char *path, const char *behind)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, before);
	quote_shell(&detail, path, strlen(path));
	buf_addstr(&detail, behind);
	ledger_add_blind(c->l, c->place->image, kind, detail.data);
	buf_release(&detail);
}

/* Somebody may have removed it from the store since a dead run put it there. */
static void
set_fate(struct comparison *c, struct object *o, const struct watched_name *was)
{
	o->fate = (uint8_t)was->fate;
	o->fate_error = was->fate_error;
	if (c->l->replayed && o->fate == FATE_KEPT && !objects_dir_has(c->history, &o->state.digest)) {
		o->fate = FATE_NOT_WRITTEN;
		o->fate_error = EIO;
	}
}

/* Takes the state of was. */
static struct object *
object_of_name(struct comparison *c, struct watched_name *was)
{
	struct object *o = ledger_find_object(c->l, was->state.dev, was->state.ino, was->state.birth);

	if (!o) {
		o = ledger_add_object(c->l, &was->state);
	} else if (o->number <= c->n_own && !o->altered && !o->at_risk && o->fate == FATE_UNTOUCHED) {
		/* the run has met it later, when it may have been changed already */
		state_release(&o->state);
		o->state = was->state;
	} else {
		return o;
	}
	memset(&was->state, 0, sizeof(was->state));
	set_fate(c, o, was);
	return o;
}

static bool
is_same_content(const struct file_state *was, const struct file_state *now)
{
	return identity_same_state(was, now) && was->size_bytes == now->size_bytes && was->mtime_ns == now->mtime_ns;
}

static struct path_entry *
entry_of_name(struct comparison *c, const char *path, struct object *before)
{
	struct path_entry *p = ledger_find_path(c->l, path);

	if (!p)
		return ledger_add_path(c->l, path, before, false);
	ledger_track_path(p, before);
	return p;
}

static void
mark_entry(const struct watched_place *place, struct path_entry *p)
{
	p->touched = true;
	p->last_image = place->image;
	p->via = place->via;
}

/* Whether a call of the run has changed what is there, by this name or another. */
static bool
is_runs_own(struct comparison *c, const struct watched_name *was)
{
	const struct path_entry *p = ledger_find_path(c->l, was->path);
	const struct object *o = ledger_find_object(c->l, was->state.dev, was->state.ino, was->state.birth);

	return (p && p->touched) || (o && o->number <= c->n_own && (o->altered || o->at_risk));
}

/* now: FILE_ABSENT where nothing is there any more. */
static void
note_changed(struct comparison *c, struct watched_name *was, const struct file_state *now)
{
	bool is_file = was->state.type == FILE_REGULAR;
	bool same_content = is_same_content(&was->state, now);
	struct path_entry *p;
	struct object *o;

	if (is_runs_own(c, was))
		return;
	o = object_of_name(c, was);
	p = entry_of_name(c, was->path, o);
	mark_entry(c->place, p);
	if (is_file && (was->whole || !same_content)) {
		o->at_risk = true;
		o->confirmed = true;
	}
	if (!was->whole && now->type != FILE_ABSENT)
		p->doubtful = true;
}

/* A directory in which names have come or gone has other times, which undo gives back. */
static void
note_times(struct comparison *c, struct watched_name *was)
{
	const struct path_entry *p = ledger_find_path(c->l, was->path);
	struct object *o;

	if (p && (p->touched || !p->before))
		return;
	o = object_of_name(c, was);
	if (!p)
		(void)ledger_add_path(c->l, was->path, o, false);
}

/* Whether its clocks and all that stat tells are as they were. */
static bool
is_untouched(const struct file_state *was, const struct file_state *now)
{
	return was->type == now->type && identity_same_state(was, now) && was->mode == now->mode && was->uid == now->uid &&
	       was->gid == now->gid && was->size_bytes == now->size_bytes && was->mtime_ns == now->mtime_ns &&
	       was->ctime_ns == now->ctime_ns;
}

static void
compare_directory(struct comparison *c, const struct tree_name *n)
{
	struct watched_name *was = &c->before.now;
	struct file_state now;
	unsigned differs;
	int fd;

	state_at(n->dir_fd, n->name, &now, &fd);
	if (fd >= 0 && (!identity_same_state(&was->state, &now) ||
			change_classify(&was->state, &now, CONTENT_SAME, &differs) < CHANGE_UNCHANGED))
		note_changed(c, was, &now);
	else if (fd >= 0)
		note_times(c, was);
	state_release(&now);
	io_close(&fd);
}

static void
compare_name(struct comparison *c, const struct tree_name *n)
{
	struct watched_name *was = &c->before.now;
	struct file_state now;

	state_of_stat(&n->st, &now);
	now.birth = n->birth;
	if (is_untouched(&was->state, &now))
		return;
	if (was->state.type == FILE_DIRECTORY && now.type == FILE_DIRECTORY)
		compare_directory(c, n);
	else
		note_changed(c, was, &now);
}

/* On to the next name; what was kept of one that is as it was is not needed. */
static void
next_before(struct comparison *c)
{
	const struct watched_name *was = &c->before.now;

	if (c->contents && was->fate == FATE_KEPT && was->state.has_digest)
		objects_drop(c->contents->store, &was->state.digest);
	watched_next(&c->before);
}

static void
note_gone_until(struct comparison *c, const char *path)
{
	static const struct file_state absent = { .type = FILE_ABSENT };

	while (c->before.there && (!path || tree_walk_compare(c->before.now.path, path) < 0)) {
		if (!remote_covers(c->remote, c->before.now.path))
			note_changed(c, &c->before.now, &absent);
		next_before(c);
	}
}

/* What cannot be looked at now is not gone. */
static void
pass_below(struct comparison *c, const char *path)
{
	while (c->before.there && path_is_under(c->before.now.path, path))
		next_before(c);
}

static void
note_new(struct comparison *c, const struct tree_name *n)
{
	struct new_name *fresh = LIST_ADD(c->fresh, c->n_fresh);

	fresh->path = xstrdup(n->path);
	fresh->place = c->place;
	state_of_stat(&n->st, &fresh->now);
	fresh->now.birth = n->birth;
}

static enum tree_walk_next
compare_at(void *context, const struct tree_name *n)
{
	struct comparison *c = context;
	bool closed = n->error != 0;

	note_gone_until(c, n->path);
	if (c->before.there && strcmp(c->before.now.path, n->path) == 0) {
		if (closed && !c->before.now.closed && c->before.now.state.type == FILE_DIRECTORY) {
			tell_place(c, BLIND_PATH, "", n->path, " could not be looked at after the run, or something is mounted "
				   "there: what others did in it is not in this record");
			pass_below(c, n->path);
			return TREE_WALK_PAST;
		}
		closed |= c->before.now.closed;
		if (!c->before.now.closed)
			compare_name(c, n);
		next_before(c);
	} else if (c->place->cut && tree_walk_compare(n->path, c->place->last.data) > 0) {
		return TREE_WALK_STOP;
	} else {
		note_new(c, n);
	}
	return closed ? TREE_WALK_PAST : TREE_WALK_ON;
}

/* The history's own files are met by no look, nor is what somebody else serves. */
static bool
compare_past(void *context, const char *path)
{
	const struct comparison *c = context;
	size_t len = strlen(c->history);

	return remote_covers(c->remote, path) ||
	       (strncmp(path, c->history, len) == 0 && (path[len] == '\0' || path[len] == '.' || path[len] == '-'));
}

static void
tell_bare(struct comparison *c)
{
	const struct watched_place *p = c->place;
	bool is_watch = p->image == 0;
	struct buf behind = BUF_INIT;

	if (p->n_bare > 0) {
		buf_addf(&behind, " was compared before and after (%llu name%s); %llu file%s of it by size and times alone, being "
			 "too large to be read or kept beforehand", (unsigned long long)p->n_names, p->n_names == 1 ? "" : "s",
			 (unsigned long long)p->n_bare, p->n_bare == 1 ? "" : "s");
		if (is_watch)
			buf_addstr(&behind, " (--watch-keep)");
		tell_place(c, is_watch ? BLIND_PRE_IMAGE : BLIND_SERVICE, "", p->path, behind.data);
	}
	if (p->cut)
		tell_place(c, is_watch ? BLIND_PRE_IMAGE : BLIND_SERVICE, "", p->path, " could not be looked at as a whole before "
			   "the connection went on, for that took too long: what was done to the rest is not in this record");
	buf_release(&behind);
}

static void
compare_place(struct comparison *c)
{
	const struct tree_walk walk = { compare_at, compare_past, c };
	const char *name = *path_name(c->place->path) ? path_name(c->place->path) : ".";
	int dir_fd = remote_open_parent(c->remote, c->place->path);
	int rc = 0;

	watched_read(&c->before, c->place);
	if (dir_fd >= 0)
		rc = tree_walk(dir_fd, name, c->place->path, &walk);
	else if (!io_means_absent(errno))
		rc = -1;
	if (rc < 0)
		tell_place(c, BLIND_PATH, "", c->place->path, " could not be looked at after the run: what others did there is not "
			   "in this record");
	else
		note_gone_until(c, NULL);
	watched_reader_release(&c->before);
	io_close(&dir_fd);
	tell_bare(c);
}

static void
enter_new(struct comparison *c, const struct new_name *fresh)
{
	struct path_entry *p = ledger_find_path(c->l, fresh->path);
	struct object *o = ledger_find_object(c->l, fresh->now.dev, fresh->now.ino, fresh->now.birth);

	/* a file of the run's under another of its names is found by its links */
	if ((p && p->touched) || (o && o->number <= c->n_own && o->altered))
		return;
	p = entry_of_name(c, fresh->path, NULL);
	mark_entry(fresh->place, p);
	if (!o || o->number <= c->n_own)
		return;
	o->place = p;
	if (is_same_content(&o->state, &fresh->now))
		o->at_risk = false;
}

void
watched_compare(struct ledger *l, struct remote_mounts *remote, const char *history, struct preimages *contents)
{
	struct comparison c = {
		.l = l, .remote = remote, .history = history, .contents = contents, .n_own = l->n_objects,
	};

	for (size_t i = 0; i < l->places.n; i++) {
		c.place = &l->places.list[i];
		if (c.place->complete)
			compare_place(&c);
	}
	for (size_t i = 0; i < c.n_fresh; i++) {
		enter_new(&c, &c.fresh[i]);
		free(c.fresh[i].path);
	}
	free(c.fresh);
}
