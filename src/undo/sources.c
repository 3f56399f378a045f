/* Where what was lost is to be had: moved back, linked to another name, or made from what was kept. */
#include "config.h"

#include "undo/planner.h"

#include <stdlib.h>

#include "base/mem.h"

/* Whether the object at p is what was at q, and p has no more need of it. */
static bool
can_move(const struct planner *pl, const struct undo_path *p, int q)
{
	const struct file_state *was = &pl->b->path[q].before;

	if (p->origin != q || p->left.type != was->type || p->now.type != was->type)
		return false;
	/* the place is another one's, which is put back as well: an exchange */
	return plan_is_dropped(p) || (plan_exists(&p->before) && p->lost && p->action != UNDO_KEEP);
}

/* Whether it still holds what it held there. */
static bool
moved_whole(const struct undo_path *p, const struct undo_path *q)
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
		struct undo_path *p = &pl->b->path[i];
		struct undo_path *q = p->origin == NO_PATH ? NULL : &pl->b->path[p->origin];

		if (!q || q->action != UNDO_PUT || q->source != NO_PATH || !can_move(pl, p, p->origin) ||
		    !moved_whole(p, q))
			continue;
		q->action = UNDO_MOVE;
		q->source = i;
	}
}

/* By object, and those of one object in their own order. */
static int
order_of_states(const struct file_state *x, const struct file_state *y, int i, int j)
{
	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return i < j ? -1 : i > j;
}

static int
by_object_before(const void *a, const void *b, void *context)
{
	const struct undo_paths *back = context;
	int i = *(const int *)a, j = *(const int *)b;

	return order_of_states(&back->path[i].before, &back->path[j].before, i, j);
}

static bool
had_same_object(const struct undo_path *p, const struct undo_path *q)
{
	return p->before.dev == q->before.dev && p->before.ino == q->before.ino;
}

/* --- one object that had been several --- */

static int
by_object_left(const void *a, const void *b, void *context)
{
	const struct undo_paths *back = context;
	int i = *(const int *)a, j = *(const int *)b;

	return order_of_states(&back->path[i].left, &back->path[j].left, i, j);
}

static bool
was_left_same(const struct undo_path *p, const struct undo_path *q)
{
	return p->left.dev == q->left.dev && p->left.ino == q->left.ino;
}

/* Something that may have several names, before the runs and after them. */
static bool
stayed_one_kind(const struct undo_path *p)
{
	return plan_exists(&p->before) && p->before.type != FILE_DIRECTORY && p->left.type == p->before.type;
}

static bool
may_be_split(const struct undo_path *p)
{
	return (p->action == UNDO_NOTHING || p->action == UNDO_ATTRIBUTES) && p->wanted && !p->parent_only &&
	       !p->settled && !p->edited && !p->held_by && !p->late_change && !p->now_error &&
	       (p->before.has_digest || p->before.type != FILE_REGULAR) &&
	       p->now.dev == p->left.dev && p->now.ino == p->left.ino;
}

/* Names that the runs gave to one object: those of the object that it was before keep it. */
static void
split_group(const struct planner *pl, const int *group, int n)
{
	const struct undo_path *owner = &pl->b->path[group[0]];

	for (int i = 0; i < n; i++) {
		const struct undo_path *p = &pl->b->path[group[i]];

		if (p->before.dev == p->left.dev && p->before.ino == p->left.ino)
			owner = p;
	}
	for (int i = 0; i < n; i++) {
		struct undo_path *p = &pl->b->path[group[i]];

		if (had_same_object(p, owner) || !may_be_split(p))
			continue;
		p->action = UNDO_PUT;
		p->split = true;
	}
}

/* What is all the same may have been made one (hardlink(1), ln(1)): each gets an object of its own again. */
static void
find_splits(const struct planner *pl)
{
	const struct undo_path *path = pl->b->path;
	int *linked = xcalloc((size_t)pl->b->n + 1, sizeof(*linked));
	int n = 0;

	for (int i = 0; i < pl->b->n && !pl->wishes->uninstall; i++) {
		if (stayed_one_kind(&path[i]) && !path[i].lost && path[i].left.nlink > 1)
			linked[n++] = i;
	}
	qsort_r(linked, (size_t)n, sizeof(*linked), by_object_left, pl->b);
	for (int from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && was_left_same(&path[linked[from]], &path[linked[to]]); to++)
			continue;
		split_group(pl, linked + from, to - from);
	}
	free(linked);
}

/* Whether a path holds what it held before the runs, whichever object that is in. */
bool
sources_holds_old(const struct undo_path *p)
{
	return p->is_back || (!p->lost && !p->edited && plan_exists(&p->now) && p->now.type == p->before.type);
}

/* How good a name is as the one that the others are linked to; 0: it is none. */
static int
worth_as_master(const struct undo_path *p)
{
	if (p->action == UNDO_KEEP || p->settled || !p->wanted)
		return 0;
	if (plan_exists(&p->now) && p->now.dev == p->before.dev && p->now.ino == p->before.ino && !p->lost)
		return 4;
	if (p->action == UNDO_MOVE)
		return 3;
	/* an earlier undo, or somebody, has put it back */
	if (sources_holds_old(p))
		return 2;
	return p->action == UNDO_PUT && (p->has_old || p->before.type != FILE_REGULAR) ? 1 : 0;
}

/* What holds the same as before, but is another object now than its other names. */
static bool
was_unlinked(const struct undo_path *p, const struct undo_path *master)
{
	return (p->action == UNDO_NOTHING || p->action == UNDO_ATTRIBUTES) && !p->lost && !p->parent_only &&
	       !p->edited && !p->held_by && !p->late_change && p->wanted && stayed_one_kind(p) &&
	       p->left.ino != p->before.ino && p->now.ino == p->left.ino && p->now.dev == p->left.dev &&
	       (master->now.ino != p->now.ino || master->now.dev != p->now.dev) && !master->lost && !master->edited;
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
		struct undo_path *p = &pl->b->path[group[i]];

		if (group[i] == master || (p->action != UNDO_PUT && !was_unlinked(p, &pl->b->path[master])))
			continue;
		p->action = UNDO_LINK;
		p->source = master;
	}
}

static void
find_links(const struct planner *pl)
{
	const struct undo_path *path = pl->b->path;
	int *linked = xcalloc((size_t)pl->b->n + 1, sizeof(*linked));
	int n = 0;

	for (int i = 0; i < pl->b->n; i++) {
		const struct file_state *s = &path[i].before;

		if (plan_exists(s) && s->type != FILE_DIRECTORY && s->nlink > 1)
			linked[n++] = i;
	}
	qsort_r(linked, (size_t)n, sizeof(*linked), by_object_before, pl->b);
	for (int from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && had_same_object(&path[linked[from]], &path[linked[to]]); to++)
			continue;
		link_group(pl, linked + from, to - from);
	}
	free(linked);
}

/* What can neither be moved, nor linked, nor made from what is known, cannot be put back. */
static void
find_unrestorable(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];

		if (p->action != UNDO_PUT)
			continue;
		if ((p->before.type == FILE_REGULAR && !p->has_old && !p->split) ||
		    (p->before.type == FILE_SYMLINK && !p->before.target))
			decide_keep(p, KEEP_NO_PRE_IMAGE, NO_PATH);
	}
}

void
sources_find(const struct planner *pl)
{
	find_moves(pl);
	find_splits(pl);
	find_links(pl);
	find_unrestorable(pl);
}
