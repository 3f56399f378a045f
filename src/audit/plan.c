/* The plan of an undo or an uninstall: what is done with each path. */
#include "config.h"

#include "audit/plan.h"

#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>

#include "audit/classify.h"
#include "base/mem.h"
#include "base/path.h"

const char *const back_action_names[BACK_ACTION_COUNT] = {
	[BACK_NOTHING] = "nothing",
	[BACK_STAYS] = "stay",
	[BACK_REMOVE] = "remove",
	[BACK_RMDIR] = "rmdir",
	[BACK_MKDIR] = "restore",
	[BACK_MOVE] = "restore",
	[BACK_PUT] = "restore",
	[BACK_LINK] = "restore",
	[BACK_ATTRIBUTES] = "restore",
	[BACK_KEEP] = "keep",
};

struct planner {
	struct back *b;
	const struct plan_wishes *wishes;
	struct plan *out;
	int *by_object;		/* paths whose before has several links, by (dev, ino), then by path */
	int n_by_object;
};

static void
keep(struct back_path *p, enum keep_reason reason, int source)
{
	p->action = BACK_KEEP;
	p->reason = reason;
	p->source = source;
	p->stash = p->clear_first = false;
}

static bool
is_there(const struct file_state *s)
{
	return s->type != FILE_ABSENT;
}

/* Why a path that is not as it was left, or that others have a claim on, is not to be touched. */
static enum keep_reason
objection(const struct planner *pl, const struct back_path *p)
{
	if (p->now_error)
		return KEEP_ERROR;
	if (pl->wishes->force)
		return KEEP_NO_REASON;
	if (is_there(&p->left) && !is_there(&p->now))
		return KEEP_GONE;
	if (p->held_by)
		return KEEP_LATER_RUN;
	if (!is_there(&p->left) && is_there(&p->now))
		return KEEP_THERE_AGAIN;
	if (p->edited)
		return KEEP_EDITED;
	return p->late_change ? KEEP_LATE_CHANGE : KEEP_NO_REASON;
}

static void
object_to(struct back_path *p, enum keep_reason reason)
{
	keep(p, reason, NO_PATH);
	p->error = p->now_error;
}

/* Metadata that an undo gives back.  A directory's mtime is settled by the steps. */
static unsigned
attributes_to_restore(const struct file_state *a, const struct file_state *b)
{
	unsigned differs;

	classify(a, b, CONTENT_SAME, &differs);
	return differs & ~(unsigned)(DIFFERS_CONTENT | DIFFERS_TYPE | DIFFERS_TARGET);
}

static void
decide_created(const struct planner *pl, struct back_path *p)
{
	enum keep_reason why;

	p->action = BACK_NOTHING;
	if (!is_there(&p->left) || (!is_there(&p->now) && !p->now_error))
		return;		/* what is gone already is no fault */
	if (p->left.type == FILE_DIRECTORY && p->now.type == FILE_DIRECTORY && !p->now_error) {
		if (pl->wishes->uninstall && p->origin != NO_PATH)
			keep(p, KEEP_WAS_ELSEWHERE, p->origin);
		else
			p->action = BACK_RMDIR;
		return;
	}
	why = objection(pl, p);
	if (why != KEEP_NO_REASON)
		object_to(p, why);
	else if (p->origin != NO_PATH && pl->wishes->uninstall)
		keep(p, KEEP_WAS_ELSEWHERE, p->origin);
	else
		p->action = p->now.type == FILE_DIRECTORY ? BACK_RMDIR : BACK_REMOVE;
}

/* What existed before and holds the same still: at most its metadata is given back. */
static void
decide_attributes(const struct planner *pl, struct back_path *p)
{
	enum keep_reason why;

	p->action = BACK_NOTHING;
	if (p->parent_only || !attributes_to_restore(&p->before, &p->left) || !is_there(&p->now) ||
	    !attributes_to_restore(&p->before, &p->now))
		return;
	why = objection(pl, p);
	if (why == KEEP_NO_REASON)
		p->action = BACK_ATTRIBUTES;
	else
		object_to(p, why);
}

/* What existed before and has gone, or holds something else now.  From where it is had is seen to later. */
static void
decide_lost(const struct planner *pl, struct back_path *p)
{
	enum keep_reason why;

	if (p->is_back) {
		p->action = !p->now_error && attributes_to_restore(&p->before, &p->now)
			? BACK_ATTRIBUTES : BACK_NOTHING;
		return;
	}
	why = objection(pl, p);
	if (why != KEEP_NO_REASON)
		object_to(p, why);
	else
		p->action = p->before.type == FILE_DIRECTORY ? BACK_MKDIR : BACK_PUT;
}

static void
decide(const struct planner *pl, struct back_path *p)
{
	p->reason = KEEP_NO_REASON;
	p->action = BACK_NOTHING;
	if (p->settled || p->ours_alone)
		return;
	if (!is_there(&p->before)) {
		decide_created(pl, p);
	} else if (pl->wishes->uninstall) {
		if (is_there(&p->left) && (p->lost || (!p->parent_only && attributes_to_restore(&p->before, &p->left))))
			p->action = BACK_STAYS;
	} else if (p->lost) {
		decide_lost(pl, p);
	} else {
		decide_attributes(pl, p);
	}
}

/* --- where what was lost is to be had --- */

static bool
is_dropped(const struct back_path *p)
{
	return p->action == BACK_REMOVE || p->action == BACK_RMDIR;
}

/* Whether the object at p is what was at q, and p has no more need of it. */
static bool
can_move(const struct planner *pl, const struct back_path *p, int q)
{
	const struct file_state *was = &pl->b->path[q].before;

	if (p->origin != q || p->left.type != was->type || p->now.type != was->type)
		return false;
	/* the place is another one's, which is put back as well: an exchange */
	return is_dropped(p) || (is_there(&p->before) && p->lost && p->action != BACK_KEEP);
}

/* Whether it still holds what it held there. */
static bool
moved_whole(const struct back_path *p, const struct back_path *q)
{
	if (!q->has_old && !q->no_old)
		return true;
	return q->before.has_digest && p->left.has_digest && digest_equal(&q->before.digest, &p->left.digest);
}

/* A moved object is moved back: nothing else has its content. */
static void
find_moves(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct back_path *p = &pl->b->path[i];
		struct back_path *q = p->origin == NO_PATH ? NULL : &pl->b->path[p->origin];

		if (!q || q->action != BACK_PUT || q->source != NO_PATH || !can_move(pl, p, p->origin) ||
		    !moved_whole(p, q))
			continue;
		q->action = BACK_MOVE;
		q->source = i;
	}
}

static int
compare_objects(const void *a, const void *b, void *context)
{
	const struct back *back = context;
	int i = *(const int *)a, j = *(const int *)b;
	const struct file_state *x = &back->path[i].before, *y = &back->path[j].before;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return i < j ? -1 : i > j;
}

static bool
had_same_object(const struct back_path *p, const struct back_path *q)
{
	return p->before.dev == q->before.dev && p->before.ino == q->before.ino;
}

/* Whether a path holds what it held before the runs, whichever object that is in. */
static bool
holds_old(const struct back_path *p)
{
	return p->is_back || (!p->lost && !p->edited && is_there(&p->now) && p->now.type == p->before.type);
}

/* How good a name is as the one that the others are linked to; 0: it is none. */
static int
worth_as_master(const struct back_path *p)
{
	if (p->action == BACK_KEEP || p->settled || !p->wanted)
		return 0;
	if (is_there(&p->now) && p->now.dev == p->before.dev && p->now.ino == p->before.ino && !p->lost)
		return 4;
	if (p->action == BACK_MOVE)
		return 3;
	/* an earlier undo, or somebody, has put it back */
	if (holds_old(p))
		return 2;
	return p->action == BACK_PUT && (p->has_old || p->before.type != FILE_REGULAR) ? 1 : 0;
}

/* What holds the same as before, but is another object now than its other names. */
static bool
was_unlinked(const struct back_path *p, const struct back_path *master)
{
	return (p->action == BACK_NOTHING || p->action == BACK_ATTRIBUTES) && !p->lost && !p->parent_only &&
	       !p->edited && p->before.type == FILE_REGULAR && p->left.type == FILE_REGULAR &&
	       p->left.ino != p->before.ino && p->now.ino == p->left.ino && p->now.dev == p->left.dev &&
	       master->now.ino == p->before.ino && !master->lost && !master->edited;
}

/* Names of one object: one is put back, the others are linked to it. */
static void
link_group(const struct planner *pl, const int *group, int n)
{
	int master = NO_PATH, best = 0;

	for (int i = 0; i < n; i++) {
		int worth = worth_as_master(&pl->b->path[group[i]]);

		if (worth > best) {
			best = worth;
			master = group[i];
		}
	}
	for (int i = 0; i < n && master != NO_PATH; i++) {
		struct back_path *p = &pl->b->path[group[i]];

		if (group[i] == master || (p->action != BACK_PUT && !was_unlinked(p, &pl->b->path[master])))
			continue;
		p->action = BACK_LINK;
		p->source = master;
	}
}

static void
find_links(struct planner *pl)
{
	pl->by_object = xcalloc((size_t)pl->b->n + 1, sizeof(*pl->by_object));
	for (int i = 0; i < pl->b->n; i++) {
		const struct file_state *s = &pl->b->path[i].before;

		if (is_there(s) && s->type != FILE_DIRECTORY && s->nlink > 1)
			pl->by_object[pl->n_by_object++] = i;
	}
	qsort_r(pl->by_object, (size_t)pl->n_by_object, sizeof(int), compare_objects, pl->b);
	for (int from = 0, to; from < pl->n_by_object; from = to) {
		for (to = from + 1; to < pl->n_by_object &&
		     had_same_object(&pl->b->path[pl->by_object[from]], &pl->b->path[pl->by_object[to]]); to++)
			continue;
		link_group(pl, pl->by_object + from, to - from);
	}
	free(pl->by_object);
}

/* What can neither be moved, nor linked, nor made from what is known, cannot be put back. */
static void
find_unrestorable(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct back_path *p = &pl->b->path[i];

		if (p->action != BACK_PUT)
			continue;
		if ((p->before.type == FILE_REGULAR && !p->has_old) ||
		    (p->before.type == FILE_SYMLINK && !p->before.target))
			keep(p, KEEP_NO_PRE_IMAGE, NO_PATH);
	}
}

/* The last trace of something that is not put back stays where it is. */
static void
keep_last_traces(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct back_path *p = &pl->b->path[i];
		const struct back_path *q = p->origin == NO_PATH ? NULL : &pl->b->path[p->origin];

		if (q && p->action == BACK_REMOVE && !q->has_old && !holds_old(q) &&
		    (q->action == BACK_KEEP || q->action == BACK_NOTHING))
			keep(p, KEEP_WAS_ELSEWHERE, p->origin);
	}
}

/* --- what depends on what --- */

static bool
is_move_source(const struct planner *pl, int i)
{
	const struct back_path *p = &pl->b->path[i];
	const struct back_path *q = p->origin == NO_PATH ? NULL : &pl->b->path[p->origin];

	return q && q->action == BACK_MOVE && q->source == i;
}

static bool
is_placed(const struct back_path *p)
{
	return p->action == BACK_MKDIR || p->action == BACK_PUT || p->action == BACK_MOVE || p->action == BACK_LINK;
}

static void
drop_unwanted(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct back_path *p = &pl->b->path[i];

		if (p->wanted || p->action == BACK_NOTHING || p->action == BACK_STAYS)
			continue;
		p->action = BACK_NOTHING;
		pl->out->n_unwanted++;
	}
}

static void
deny(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct back_path *p = &pl->b->path[i];

		if (!p->denied || p->action == BACK_NOTHING || p->action == BACK_STAYS || p->action == BACK_KEEP)
			continue;
		keep(p, KEEP_ERROR, NO_PATH);
		p->error = p->denied;
	}
}

/* Nothing can be put into a directory that will not be one.  Directories come before what is in them. */
static void
block(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct back_path *p = &pl->b->path[i];
		int dir = is_placed(p) ? back_parent(pl->b, p->path) : NO_PATH;
		const struct back_path *d = dir == NO_PATH ? NULL : &pl->b->path[dir];

		if (d && d->now.type != FILE_DIRECTORY && d->action != BACK_MKDIR)
			keep(p, KEEP_BLOCKED, dir);
	}
}

/* What was to be had from something that stays cannot be put back. */
static void
lose_sources(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct back_path *p = &pl->b->path[i];
		const struct back_path *from = p->source == NO_PATH ? NULL : &pl->b->path[p->source];

		if (!from || from->action != BACK_KEEP || (p->action != BACK_MOVE && p->action != BACK_LINK))
			continue;
		keep(p, KEEP_NO_PRE_IMAGE, NO_PATH);
	}
}

/* What is here is in the way of what is to be put here: the types do not allow a plain rename over it. */
static void
find_obstacles(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct back_path *p = &pl->b->path[i];

		p->clear_first = is_placed(p) && is_there(&p->now) &&
			(p->now.type == FILE_DIRECTORY || p->before.type == FILE_DIRECTORY);
	}
}

static const char *
below(const char *path, const char *dir)
{
	return path + (strcmp(dir, "/") == 0 ? 1 : strlen(dir) + 1);
}

static bool
must_be_empty(const struct back_path *p)
{
	return p->action == BACK_RMDIR || (p->clear_first && p->now.type == FILE_DIRECTORY);
}

static bool
is_full(const struct back_path *p)
{
	return p->action == BACK_KEEP && p->reason == KEEP_NOT_EMPTY;
}

/* A directory that must be empty holds something; of several things the first is named.  holds is taken over. */
static void
keep_full(struct back_path *p, char *holds)
{
	if (is_full(p) && p->detail && strcmp(p->detail, holds) < 0) {
		free(holds);
		return;
	}
	keep(p, KEEP_NOT_EMPTY, NO_PATH);
	free(p->detail);
	p->detail = holds;
}

/* What stays in dir because p does: p, or what stays in p. */
static char *
name_below(const struct back_path *p, const struct back_path *dir)
{
	const char *name = below(p->path, dir->path);

	return p->detail ? path_join(name, p->detail) : xstrdup(name);
}

/* Directories in which something stays, from the deepest up. */
static void
find_full_directories(const struct planner *pl)
{
	for (int i = pl->b->n - 1; i >= 0; i--) {
		struct back_path *p = &pl->b->path[i];
		int dir = back_parent(pl->b, p->path);
		bool gone;

		if ((must_be_empty(p) || is_full(p)) && p->foreign)
			keep_full(p, xstrdup(p->foreign));
		gone = is_dropped(p) || !is_there(&p->now) || p->stash || is_move_source(pl, i);
		if (dir != NO_PATH && !gone && (must_be_empty(&pl->b->path[dir]) || is_full(&pl->b->path[dir])))
			keep_full(&pl->b->path[dir], name_below(p, &pl->b->path[dir]));
	}
}

/*
 * Objects that are to be moved out of a place, or out of a directory, which must be cleared before they can
 * be put where they belong.
 */
static void
find_stashes(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct back_path *q = &pl->b->path[i];
		struct back_path *p;

		if (q->action != BACK_MOVE)
			continue;
		p = &pl->b->path[q->source];
		p->stash = is_placed(p);
		for (int dir = back_parent(pl->b, p->path); dir != NO_PATH && !p->stash;
		     dir = back_parent(pl->b, pl->b->path[dir].path))
			p->stash = pl->b->path[dir].clear_first;
	}
}

static int
count_kept(const struct back *b)
{
	int n = 0;

	for (int i = 0; i < b->n; i++)
		n += b->path[i].action == BACK_KEEP;
	return n;
}

/* Each path that is kept may keep others: called until there are no more of them. */
static void
settle_dependencies(const struct planner *pl)
{
	block(pl);
	lose_sources(pl);
	keep_last_traces(pl);
	find_obstacles(pl);
	find_stashes(pl);
	find_full_directories(pl);
}

int
plan_stash_dir(const struct back *b, int i)
{
	int found = i;

	for (int dir = back_parent(b, b->path[i].path); dir != NO_PATH; dir = back_parent(b, b->path[dir].path)) {
		if (b->path[dir].clear_first)
			found = dir;
	}
	return found;
}

/* --- the order --- */

static void
mark_busy(struct back *b, const char *path)
{
	int dir = back_parent(b, path);

	if (dir != NO_PATH)
		b->path[dir].busy = true;
}

static void
add_step(const struct planner *pl, enum step_kind kind, int path)
{
	const struct back_path *p = &pl->b->path[path];
	struct plan *out = pl->out;

	if (kind == STEP_STASH)
		mark_busy(pl->b, pl->b->path[plan_stash_dir(pl->b, path)].path);
	if (kind == STEP_STASH || kind == STEP_REMOVE || kind == STEP_RMDIR || kind == STEP_MKDIR || kind == STEP_PLACE)
		mark_busy(pl->b, p->path);
	if (kind == STEP_PLACE && p->action == BACK_MOVE)
		mark_busy(pl->b, pl->b->path[p->source].path);
	if (out->n == out->room) {
		out->room = out->room ? 2 * out->room : 64;
		out->step = xrealloc(out->step, (size_t)out->room * sizeof(*out->step));
	}
	out->step[out->n++] = (struct step){ kind, path };
}

static bool
is_frozen(const struct file_state *s)
{
	return s->iflags & (FS_IMMUTABLE_FL | FS_APPEND_FL);
}

/* Flags are taken off what changes, and off directories in which a name does. */
static bool
wants_thaw(const struct planner *pl, int i)
{
	const struct back_path *p = &pl->b->path[i];

	if (!is_frozen(&p->now) || p->action == BACK_KEEP || p->action == BACK_STAYS)
		return false;
	if (p->action != BACK_NOTHING)
		return true;
	if (p->now.type != FILE_DIRECTORY)
		return false;
	for (int k = i + 1; k < pl->b->n; k++) {
		const struct back_path *below_it = &pl->b->path[k];

		if ((is_dropped(below_it) || is_placed(below_it)) && back_parent(pl->b, below_it->path) == i)
			return true;
	}
	return false;
}

/* Directories whose names change, or whose own state does. */
static bool
wants_settling(const struct planner *pl, const struct back_path *p)
{
	bool own_time = p->wanted && p->now.mtime_ns == p->left.mtime_ns && p->now.mtime_ns != p->before.mtime_ns;

	if (p->ours_alone)
		return p->busy && p->now.type == FILE_DIRECTORY && !pl->wishes->uninstall;
	if (p->before.type != FILE_DIRECTORY || p->settled || p->denied || p->action == BACK_KEEP ||
	    (p->action != BACK_MKDIR && p->now.type != FILE_DIRECTORY))
		return false;
	if (pl->wishes->uninstall)
		return is_frozen(&p->now) && p->busy;
	return p->action == BACK_MKDIR || p->action == BACK_ATTRIBUTES || p->busy || own_time;
}

static void
order_clearing(const struct planner *pl)
{
	struct back *b = pl->b;

	for (int i = 0; i < b->n; i++) {
		if (wants_thaw(pl, i))
			add_step(pl, STEP_THAW, i);
	}
	for (int i = b->n - 1; i >= 0; i--) {
		if (b->path[i].stash)
			add_step(pl, STEP_STASH, i);
	}
	for (int i = b->n - 1; i >= 0; i--) {
		const struct back_path *p = &b->path[i];
		bool in_the_way = p->clear_first && p->now.type != FILE_DIRECTORY && !p->stash;

		if ((p->action == BACK_REMOVE && !is_move_source(pl, i)) || in_the_way)
			add_step(pl, STEP_REMOVE, i);
	}
}

/* Whether a directory lies in, or is, one that must go before something can be put in its place. */
static bool
is_in_the_way(const struct planner *pl, int i)
{
	for (int dir = i; dir != NO_PATH; dir = back_parent(pl->b, pl->b->path[dir].path)) {
		if (pl->b->path[dir].clear_first && pl->b->path[dir].now.type == FILE_DIRECTORY)
			return true;
	}
	return false;
}

static void
order_directories(const struct planner *pl, bool in_the_way)
{
	for (int i = pl->b->n - 1; i >= 0; i--) {
		if (must_be_empty(&pl->b->path[i]) && is_in_the_way(pl, i) == in_the_way)
			add_step(pl, STEP_RMDIR, i);
	}
}

static void
order_placing(const struct planner *pl)
{
	struct back *b = pl->b;

	for (int i = 0; i < b->n; i++) {
		if (b->path[i].action == BACK_MKDIR)
			add_step(pl, STEP_MKDIR, i);
	}
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].action == BACK_MOVE || b->path[i].action == BACK_PUT)
			add_step(pl, STEP_PLACE, i);
	}
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].action == BACK_LINK)
			add_step(pl, STEP_PLACE, i);
	}
}

static void
order_metadata(const struct planner *pl)
{
	struct back *b = pl->b;

	for (int i = 0; i < b->n; i++) {
		if (b->path[i].action == BACK_ATTRIBUTES && b->path[i].now.type != FILE_DIRECTORY)
			add_step(pl, STEP_ATTRIBUTES, i);
	}
	for (int i = b->n - 1; i >= 0; i--) {
		if (wants_settling(pl, &b->path[i]))
			add_step(pl, STEP_SETTLE, i);
	}
}

void
plan_make(struct back *b, const struct plan_wishes *wishes, struct plan *out)
{
	struct planner pl = { .b = b, .wishes = wishes, .out = out };
	int kept;

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < b->n; i++) {
		b->path[i].source = NO_PATH;
		decide(&pl, &b->path[i]);
	}
	find_moves(&pl);
	find_links(&pl);
	find_unrestorable(&pl);
	drop_unwanted(&pl);
	deny(&pl);
	do {
		kept = count_kept(b);
		settle_dependencies(&pl);
	} while (count_kept(b) != kept);
	order_clearing(&pl);
	order_directories(&pl, true);
	order_placing(&pl);
	order_directories(&pl, false);
	order_metadata(&pl);
	out->n_kept = count_kept(b);
	for (int i = 0; i < b->n; i++)
		out->n_stay += b->path[i].action == BACK_STAYS;
}

bool
plan_completes(enum step_kind kind, enum back_action action)
{
	static const unsigned completes[STEP_KIND_COUNT] = {
		[STEP_REMOVE] = 1u << BACK_REMOVE,
		[STEP_RMDIR] = 1u << BACK_RMDIR,
		[STEP_MKDIR] = 1u << BACK_MKDIR,
		[STEP_PLACE] = 1u << BACK_MOVE | 1u << BACK_PUT | 1u << BACK_LINK,
		[STEP_ATTRIBUTES] = 1u << BACK_ATTRIBUTES,
		[STEP_SETTLE] = 1u << BACK_ATTRIBUTES,
	};

	return completes[kind] >> action & 1;
}

void
plan_release(struct plan *p)
{
	free(p->step);
	p->step = NULL;
	p->n = p->room = 0;
}
