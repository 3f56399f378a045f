/* Where what was lost is to be had: moved back, linked to another name, or made from what was kept. */
#include "config.h"

#include "undo/sources.h"

#include <stdlib.h>

#include "file/change.h"
#include "file/identity.h"
#include "undo/decide.h"
#include "base/mem.h"

/* Whether the object at p is what was at q, and p has no more need of it. */
static bool
can_move(const struct planner *pl, const struct undo_path *p, int q)
{
	const struct file_state *was = &pl->b->path[q].history.before;

	if (p->history.origin != q || p->history.left.type != was->type || p->now.state.type != was->type)
		return false;
	/* the place is another one's, which is put back as well: an exchange */
	return plan_is_dropped(p) || (plan_exists(&p->history.before) && p->history.lost && p->plan.action != UNDO_KEEP);
}

/* Whether it still holds what it held there. */
static bool
moved_whole(const struct undo_path *p, const struct undo_path *q)
{
	if (!q->history.has_old && !q->history.no_old)
		return true;
	return change_content(&q->history.before, &p->history.left) == CONTENT_SAME;
}

/* A moved object is moved back: nothing else has its content. */
static void
find_moves(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];
		struct undo_path *q = p->history.origin == NO_PATH ? NULL : &pl->b->path[p->history.origin];

		if (!q || q->plan.action != UNDO_PUT || q->plan.source != NO_PATH ||
		    !can_move(pl, p, p->history.origin) || !moved_whole(p, q))
			continue;
		q->plan.action = UNDO_MOVE;
		q->plan.source = i;
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
	const struct undo_paths *all = context;
	int i = *(const int *)a, j = *(const int *)b;

	return order_of_states(&all->path[i].history.before, &all->path[j].history.before, i, j);
}

static bool
had_one_object(const struct undo_path *p, const struct undo_path *q)
{
	return identity_same_state(&p->history.before, &q->history.before);
}

/* --- one object that had been several --- */

static int
by_object_left(const void *a, const void *b, void *context)
{
	const struct undo_paths *all = context;
	int i = *(const int *)a, j = *(const int *)b;

	return order_of_states(&all->path[i].history.left, &all->path[j].history.left, i, j);
}

static bool
left_one_object(const struct undo_path *p, const struct undo_path *q)
{
	return identity_same_state(&p->history.left, &q->history.left);
}

/* Something that may have several names, before the runs and after them. */
static bool
stayed_one_kind(const struct undo_path *p)
{
	const struct file_state *before = &p->history.before;

	return plan_exists(before) && before->type != FILE_DIRECTORY && p->history.left.type == before->type;
}

/* Nothing is to be done with it, or little, and it is the object that the runs left. */
static bool
is_as_left(const struct undo_path *p)
{
	return (p->plan.action == UNDO_NOTHING || p->plan.action == UNDO_ATTRIBUTES) && p->now.wanted &&
	       !p->history.parent_only && !p->now.edited && !p->history.held_by && !p->now.late_change &&
	       identity_same_state(&p->now.state, &p->history.left);
}

static bool
may_be_split(const struct undo_path *p)
{
	return is_as_left(p) && !paths_is_settled(p) && !p->now.error &&
	       (p->history.before.has_digest || p->history.before.type != FILE_REGULAR);
}

/* Names that the runs gave to one object: those of the object that it was before keep it. */
static void
split_group(const struct planner *pl, const int *group, int n)
{
	const struct undo_path *owner = &pl->b->path[group[0]];

	for (int i = 0; i < n; i++) {
		const struct undo_path *p = &pl->b->path[group[i]];

		if (identity_same_state(&p->history.before, &p->history.left))
			owner = p;
	}
	for (int i = 0; i < n; i++) {
		struct undo_path *p = &pl->b->path[group[i]];

		if (had_one_object(p, owner) || !may_be_split(p))
			continue;
		p->plan.action = UNDO_PUT;
		p->plan.split = true;
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
		if (stayed_one_kind(&path[i]) && !path[i].history.lost && path[i].history.left.nlink > 1)
			linked[n++] = i;
	}
	qsort_r(linked, (size_t)n, sizeof(*linked), by_object_left, pl->b);
	for (int from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && left_one_object(&path[linked[from]], &path[linked[to]]); to++)
			continue;
		split_group(pl, linked + from, to - from);
	}
	free(linked);
}

/* Whether a path holds what it held before the runs, whichever object that is in. */
bool
sources_holds_old(const struct undo_path *p)
{
	return p->now.is_back || (!p->history.lost && !p->now.edited && plan_exists(&p->now.state) &&
				  p->now.state.type == p->history.before.type);
}

/* How good a name is as the one that the others are linked to; 0: it is none. */
static int
worth_as_master(const struct undo_path *p)
{
	if (p->plan.action == UNDO_KEEP || paths_is_settled(p) || !p->now.wanted)
		return 0;
	if (plan_exists(&p->now.state) && identity_same_state(&p->now.state, &p->history.before) && !p->history.lost)
		return 4;
	if (p->plan.action == UNDO_MOVE)
		return 3;
	/* an earlier undo, or somebody, has put it back */
	if (sources_holds_old(p))
		return 2;
	return p->plan.action == UNDO_PUT && (p->history.has_old || p->history.before.type != FILE_REGULAR) ? 1 : 0;
}

/* What holds the same as before, but is another object now than its other names. */
static bool
was_unlinked(const struct undo_path *p, const struct undo_path *master)
{
	return is_as_left(p) && !p->history.lost && stayed_one_kind(p) && p->history.left.ino != p->history.before.ino &&
	       !identity_same_state(&master->now.state, &p->now.state) && !master->history.lost && !master->now.edited;
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

		if (group[i] == master || (p->plan.action != UNDO_PUT && !was_unlinked(p, &pl->b->path[master])))
			continue;
		p->plan.action = UNDO_LINK;
		p->plan.source = master;
	}
}

static void
find_links(const struct planner *pl)
{
	const struct undo_path *path = pl->b->path;
	int *linked = xcalloc((size_t)pl->b->n + 1, sizeof(*linked));
	int n = 0;

	for (int i = 0; i < pl->b->n; i++) {
		const struct file_state *s = &path[i].history.before;

		if (plan_exists(s) && s->type != FILE_DIRECTORY && s->nlink > 1)
			linked[n++] = i;
	}
	qsort_r(linked, (size_t)n, sizeof(*linked), by_object_before, pl->b);
	for (int from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && had_one_object(&path[linked[from]], &path[linked[to]]); to++)
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

		if (p->plan.action != UNDO_PUT)
			continue;
		if ((p->history.before.type == FILE_REGULAR && !p->history.has_old && !p->plan.split) ||
		    (p->history.before.type == FILE_SYMLINK && !p->history.before.target))
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
