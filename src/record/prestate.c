/* Pre-states: what a path was before the run. */
#include "config.h"

#include "record/prestate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "record/ledger_blind.h"
#include "mount/remote.h"
#include "mount/remote_look.h"
#include "record/journal_entries.h"
#include "record/refuge.h"
#include "file/fskind.h"
#include "file/identity.h"
#include "record/target_object.h"
#include "file/state.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"

/* What the history keeps beside its file. */
static const char *const own_suffixes[] = { "", "-wal", "-shm", "-journal" };
static const char *const own_directories[] = { ".objects", ".journal" };

static bool
is_of_base(const char *base, const char *path)
{
	size_t len = strlen(base);

	if (strncmp(path, base, len) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(own_suffixes); i++) {
		if (strcmp(path + len, own_suffixes[i]) == 0)
			return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(own_directories); i++) {
		size_t n = strlen(own_directories[i]);

		if (strncmp(path + len, own_directories[i], n) == 0 &&
		    (path[len + n] == '\0' || path[len + n] == '/'))
			return true;
	}
	return false;
}

bool
prestate_is_own(const struct prestate *ps, const char *path)
{
	const struct refuge *refuge = ps->contents.refuge;

	return is_of_base(ps->history, path) || (refuge && refuge_is_own(refuge, path));
}

/* Whether changes at this target belong into `changes`. */
static bool
is_tracked(const struct target *t)
{
	return t->sight == TARGET_RESOLVED && fskind_counts(target_object_fskind(t));
}

void
prestate_blind(struct prestate *ps, uint32_t image, enum blind_kind kind, const char *detail)
{
	if (!ledger_add_blind(ps->ledger, image, kind, detail))
		return;
	journal_write(ps->journal, &(struct journal_entry){ JOURNAL_BLIND, .blind = { image, kind, detail } });
}

void
prestate_doubt(struct prestate *ps, const char *path)
{
	struct path_entry *p = ledger_find_path(ps->ledger, path);

	if (!p || p->doubtful || p->untracked)
		return;
	p->doubtful = true;
	journal_write(ps->journal, &(struct journal_entry){ JOURNAL_DOUBT, .doubt = { p->number } });
}

void
prestate_tell_kind(struct prestate *ps, uint32_t image, enum blind_kind kind, const char *before, const char *path,
		   const char *behind, int error)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, before);
	quote_shell(&detail, path, strlen(path));
	buf_addf(&detail, "%s (%s)", behind, strerror(error));
	prestate_blind(ps, image, kind, detail.data);
	buf_release(&detail);
}

void
prestate_tell(struct prestate *ps, uint32_t image, const char *before, const char *path, const char *behind, int error)
{
	prestate_tell_kind(ps, image, BLIND_PATH, before, path, behind, error);
}

static bool
is_young_on_overlay(const struct ledger *l, const struct target *t)
{
	bool is_copy;

	return target_object_overlay_birth(t, &is_copy) > l->started_ns && !is_copy;
}

static struct object *
object_of(struct prestate *ps, const struct target *t)
{
	struct object *o = target_object_known(ps->ledger, t);
	struct file_state state;

	if (o)
		return o;
	target_object_state(t, &state);
	if (state.unread) {
		ps->missed = state.unread;
		prestate_tell(ps, 0, "", t->path, " could not be looked at as a whole when the run met it: its state before "
			      "is not all in this record", state.unread);
	}
	o = ledger_add_object(ps->ledger, &state);
	o->young = is_young_on_overlay(ps->ledger, t);
	journal_write(ps->journal, &(struct journal_entry){ JOURNAL_OBJECT, .object = o->state });
	return o;
}

static void
journal_path_entry(struct prestate *ps, const char *path, const struct object *before, bool untracked)
{
	journal_write(ps->journal, &(struct journal_entry){
		JOURNAL_PATH, .path = { path, before ? before->number : 0, untracked },
	});
}

static struct path_entry *
add_path(struct prestate *ps, const char *path, struct object *before, bool untracked)
{
	journal_path_entry(ps, path, before, untracked);
	return ledger_add_path(ps->ledger, path, before, untracked);
}

/* What is at the target and was before the run, there or elsewhere: no call on its way has made it.  NULL: nothing. */
static struct object *
old_object_of(struct prestate *ps, const struct target *t)
{
	if (!target_object_is_there(t) ||
	    (!target_object_known(ps->ledger, t) && creations_explain(&ps->creations, t)))
		return NULL;
	return object_of(ps, t);
}

/* What was at the target before the run: not what a directory that is being moved has brought there. */
static struct object *
before_of(struct prestate *ps, const struct target *t)
{
	struct object *o = old_object_of(ps, t);

	return o && creations_bring(&ps->creations, ps->remote, t) ? NULL : o;
}

/* Like old_object_of(), of a path, as far as it can be opened. */
static struct object *
old_object_at(struct prestate *ps, char *path)
{
	struct target t = TARGET_INIT;
	struct object *o = NULL;

	t.path = path;
	t.sight = TARGET_RESOLVED;
	t.fd = remote_open(ps->remote, path, O_PATH | O_NOFOLLOW);
	if (t.fd >= 0 && identity_stat(t.fd, &t.st, &t.birth) == 0)
		o = old_object_of(ps, &t);
	io_close(&t.fd);
	return o;
}

void
prestate_touch(struct prestate *ps, struct path_entry *p, uint32_t image)
{
	settling_touch(&ps->settling, p);
	p->touched = true;
	p->last_image = image;
}

/* What has come to a target with its directory was at that path, and has gone from there. */
static void
add_origin(struct prestate *ps, const struct creations_way *way, const struct target *t)
{
	struct target was = *t;

	if (!target_object_is_there(t) || ledger_find_path(ps->ledger, way->path) || prestate_is_own(ps, way->path))
		return;
	was.path = way->path;
	prestate_touch(ps, add_path(ps, way->path, old_object_of(ps, &was), false), way->image);
}

/* The same of a target below a directory that a call on its way may have moved already: what was there is elsewhere. */
static struct object *
before_move_of(struct prestate *ps, const struct target *t)
{
	struct creations_way way = creations_ways(&ps->creations, ps->remote, t);
	struct object *o;

	if (!way.path)
		return before_of(ps, t);
	if (way.came)
		add_origin(ps, &way, t);
	o = way.left ? old_object_at(ps, way.path) : NULL;
	free(way.path);
	return o;
}

/*
 * A path that was met, and that no call of the run has changed: what somebody else has put there since is what is
 * there before the first change.
 */
static bool
is_other_since(const struct prestate *ps, const struct path_entry *p, const struct target *t)
{
	if (p->touched || !is_tracked(t) || !target_object_is_there(t) || target_object_known(ps->ledger, t))
		return false;
	if (p->before && (p->before->in_flight > 0 || target_object_fskind(t) == FS_OVERLAY))
		return false;
	return !creations_explain(&ps->creations, t);
}

struct path_entry *
prestate_path(struct prestate *ps, const struct target *t)
{
	struct path_entry *p = ledger_find_path(ps->ledger, t->path);
	struct object *before;

	if (p && !(p->untracked ? is_tracked(t) : is_other_since(ps, p, t)))
		return p;
	if (!p && prestate_is_own(ps, t->path))
		return NULL;
	if (!is_tracked(t))
		return add_path(ps, t->path, NULL, true);
	before = before_move_of(ps, t);
	if (!p) {
		p = add_path(ps, t->path, before, false);
	} else {
		/* or the same name, once on a mount that was a tracee's alone, is now one of ours */
		journal_path_entry(ps, t->path, before, false);
		ledger_track_path(p, before);
	}
	if (before && before->state.unread)
		prestate_doubt(ps, t->path);
	return p;
}

void
prestate_parent(struct prestate *ps, const struct target *t)
{
	struct target parent = { .sight = TARGET_RESOLVED, .fd = t->dir_fd, .seen = t->dir_seen, .dir_fd = -1 };
	size_t len;

	if (!target_object_is_there(&parent) || t->sight != TARGET_RESOLVED)
		return;
	len = path_dir_len(t->path);
	if (ledger_find_name(ps->ledger, t->path, len))
		return;
	parent.path = xstrndup(t->path, len);
	if (parent.seen) {
		parent.st = parent.seen->st;
		parent.birth = parent.seen->state.birth;
	}
	if (parent.seen || identity_stat(t->dir_fd, &parent.st, &parent.birth) == 0) {
		prestate_path(ps, &parent);
	} else {
		ps->missed = errno;
		prestate_tell(ps, 0, "", parent.path, " could not be looked at: its state before is not in this record",
			      ps->missed);
	}
	free(parent.path);
}

/* The object that is there now: an earlier call may have put it in the old one's place. */
static struct object *
object_now(const struct prestate *ps, const struct target *t)
{
	struct object *o = NULL;

	if (target_object_is_there(t))
		o = target_object_known(ps->ledger, t);
	return o && o->state.type == FILE_REGULAR ? o : NULL;
}

static void
journal_content(struct prestate *ps, const struct object *o)
{
	journal_write(ps->journal, &(struct journal_entry){
		JOURNAL_CONTENT, .content = { o->number, o->at_risk, o->state.has_digest, o->state.digest },
	});
}

static void
journal_fate(struct prestate *ps, const struct object *o)
{
	journal_content(ps, o);
	journal_write(ps->journal, &(struct journal_entry){
		JOURNAL_FATE, .fate = {
			o->number, o->fate, o->fate_error, o->state.size_bytes, o->state.mtime_ns, .whole = true,
		},
	});
}

/* Taken for a call that failed: still good if nothing has happened to the file since it was first met. */
static bool
is_taken(const struct object *o, const struct stat *st)
{
	return o->fate != FATE_UNTOUCHED && o->fate != FATE_RACE && o->state.size_bytes == st->st_size &&
	       o->state.mtime_ns == clock_ns(st->st_mtim) && o->state.ctime_ns == clock_ns(st->st_ctim);
}

bool
prestate_content(struct prestate *ps, const struct target *t)
{
	struct object *o = object_now(ps, t);

	if (!o || (o->at_risk && o->confirmed) || o->in_flight == UINT16_MAX)
		return false;
	o->in_flight++;
	if (o->at_risk)
		return true;
	o->at_risk = true;
	if (!is_taken(o, &t->st)) {
		preimage_drop(&ps->contents, o);
		preimage_take(&ps->contents, o, t);
		journal_fate(ps, o);
	}
	return true;
}

void
prestate_settle(struct prestate *ps, const struct target *t, bool success)
{
	struct object *o = target_object_known(ps->ledger, t);

	if (!o)
		return;
	if (o->in_flight > 0)
		o->in_flight--;
	o->confirmed |= success;
	/* the journal need not say so: a replay finds the content as it was */
	if (!o->confirmed && o->in_flight == 0)
		o->at_risk = false;
}

bool
prestate_alter(struct prestate *ps, const struct target *t)
{
	struct object *o = object_now(ps, t);

	if (!o || o->altered)
		return false;
	if (o->altering == UINT16_MAX) {
		o->altered = true;
		return false;
	}
	o->altering++;
	return true;
}

void
prestate_altered(struct prestate *ps, const struct target *t, bool was_told, bool success)
{
	struct object *o = target_object_known(ps->ledger, t);

	if (!o)
		return;
	if (was_told && o->altering > 0)
		o->altering--;
	o->altered |= success;
}

void
prestate_too_late(struct prestate *ps, const struct target *t, bool is_gone)
{
	struct object *o = object_now(ps, t);

	if (!o || o->at_risk)
		return;
	o->at_risk = true;
	o->confirmed = true;
	preimage_drop(&ps->contents, o);
	preimage_too_late(&ps->contents, o, t, is_gone);
	journal_fate(ps, o);
}

void
prestate_last_look(struct prestate *ps, const struct path_entry *p, const struct target *t)
{
	struct object *o = object_now(ps, t);

	if (!o || o->state.has_digest || o->at_risk)
		return;
	if (o->place != p && target_object_fskind(t) != FS_OVERLAY)
		return;
	if (preimage_read(&ps->contents, o, t))
		journal_content(ps, o);
}

void
prestate_keep(struct prestate *ps, const struct target *t)
{
	struct object *o = object_now(ps, t);

	if (!o || o->at_risk || o->fate != FATE_UNTOUCHED)
		return;
	preimage_take(&ps->contents, o, t);
	journal_fate(ps, o);
}

void
prestate_alias(struct prestate *ps, struct object *o, const struct stat *st)
{
	journal_write(ps->journal, &(struct journal_entry){
		JOURNAL_ALIAS, .alias = { o->number, st->st_dev, st->st_ino },
	});
	ledger_alias_object(ps->ledger, o, st->st_dev, st->st_ino);
}

void
prestate_forget(struct prestate *ps, struct object *o)
{
	if (o->forgotten)
		return;
	journal_write(ps->journal, &(struct journal_entry){ JOURNAL_FORGET, .forget = { o->number } });
	ledger_forget_object(ps->ledger, o);
}

void
prestate_place(struct prestate *ps, struct object *o, struct path_entry *p)
{
	if (o->place == p)
		return;
	o->place = p;
	journal_write(ps->journal, &(struct journal_entry){ JOURNAL_PLACE, .place = { o->number, p->number } });
}
