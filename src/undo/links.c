/* Names of one object, before the runs and after them. */
#include "config.h"

#include "undo/links.h"

#include <stdlib.h>

#include "file/identity.h"
#include "undo/decide.h"
#include "undo/sources.h"
#include "base/list.h"
#include "base/mem.h"

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
	       !p->history.parent_only && !p->now.used_by && !p->now.edited && !p->history.held_by && !p->now.late_change &&
	       identity_same_state(&p->now.state, &p->history.left);
}

bool
links_may_be_split(const struct undo_path *p)
{
	return is_as_left(p) && !paths_is_settled(p) && !p->now.error &&
	       (p->history.before.has_digest || p->history.before.type != FILE_REGULAR);
}

bool
links_was_replaced(const struct undo_path *p)
{
	return is_as_left(p) && !p->history.lost && stayed_one_kind(p) &&
	       !identity_same_state(&p->history.left, &p->history.before);
}

void
links_give_own(const struct planner *pl, int i)
{
	pl->b->path[i].plan.action = UNDO_PUT;
	pl->b->path[i].plan.source = i;
}

/* The paths at which something was, by object. */
struct names_before {
	const struct undo_paths *b;
	int *path;
	int n;
};

static int
object_to_before(const void *key, const void *element)
{
	const struct names_before *names = key;
	const struct file_state *object = &names->b->path[names->path[names->n]].history.left;

	return order_of_states(object, &names->b->path[*(const int *)element].history.before, 0, 0);
}

/* Whether what the runs left at a path was at any of them before. */
static bool
existed_before(const struct names_before *names, int path)
{
	size_t at;

	names->path[names->n] = path;
	return list_find(names, names->path, (size_t)names->n, sizeof(*names->path), object_to_before, &at);
}

/*
 * Names that the runs gave to one object: those of the object that it was before keep it, and where it was none of
 * theirs, and is nobody else's, the first does.
 */
static void
split_group(const struct planner *pl, const struct names_before *names, const int *group, int n)
{
	const struct file_state *left = &pl->b->path[group[0]].history.left;
	bool is_others = left->nlink > (nlink_t)n || existed_before(names, group[0]);
	const struct undo_path *owner = NULL;

	for (int i = 0; i < n; i++) {
		struct undo_path *p = &pl->b->path[group[i]];

		if (p->history.lost || !stayed_one_kind(p) || identity_same_state(&p->history.before, left) ||
		    (owner && had_one_object(p, owner)) || !links_may_be_split(p))
			continue;
		if (!is_others && !owner)
			owner = p;
		else
			links_give_own(pl, group[i]);
	}
}

static void
sort_before(const struct planner *pl, struct names_before *out)
{
	*out = (struct names_before){ .b = pl->b, .path = xcalloc((size_t)pl->b->n + 1, sizeof(*out->path)) };
	for (int i = 0; i < pl->b->n; i++) {
		if (plan_exists(&pl->b->path[i].history.before))
			out->path[out->n++] = i;
	}
	qsort_r(out->path, (size_t)out->n, sizeof(*out->path), by_object_before, pl->b);
}

/* What is all the same may have been made one (hardlink(1), ln(1)): each gets an object of its own again. */
void
links_split(const struct planner *pl)
{
	const struct undo_path *path = pl->b->path;
	int *linked = xcalloc((size_t)pl->b->n + 1, sizeof(*linked));
	struct names_before names;
	int n = 0;

	for (int i = 0; i < pl->b->n && !pl->wishes->uninstall; i++) {
		const struct file_state *left = &path[i].history.left;

		if (plan_exists(left) && left->type != FILE_DIRECTORY && left->nlink > 1)
			linked[n++] = i;
	}
	sort_before(pl, &names);
	qsort_r(linked, (size_t)n, sizeof(*linked), by_object_left, pl->b);
	for (int from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && left_one_object(&path[linked[from]], &path[linked[to]]); to++)
			continue;
		split_group(pl, &names, linked + from, to - from);
	}
	free(names.path);
	free(linked);
}

/* How good a name is as the one that the others are linked to. */
enum worth {
	WORTH_NOTHING,
	WORTH_MADE,		/* it will be made anew */
	WORTH_EQUAL,		/* an earlier undo, or somebody, has put it back */
	WORTH_MOVED,		/* it gets the object itself */
	WORTH_ITSELF,		/* it has it */
};

static int
worth_as_master(const struct undo_path *p)
{
	if (p->plan.action == UNDO_KEEP || paths_is_settled(p) || !p->now.wanted)
		return WORTH_NOTHING;
	if (plan_exists(&p->now.state) && identity_same_state(&p->now.state, &p->history.before) && !p->history.lost)
		return WORTH_ITSELF;
	if (p->plan.action == UNDO_MOVE)
		return WORTH_MOVED;
	if (sources_holds_old(p))
		return WORTH_EQUAL;
	return p->plan.action == UNDO_PUT && sources_is_known(p) ? WORTH_MADE : WORTH_NOTHING;
}

/* What is another object now than its other names. */
static bool
was_unlinked(const struct undo_path *p, const struct undo_path *master)
{
	bool one_now = !plan_is_placed(master) && identity_same_state(&master->now.state, &p->now.state);

	return links_was_replaced(p) && !one_now && (master->history.lost || !master->now.edited);
}

/* The names' own object is at a place where it is not wanted: one of the names gets it. */
static void
move_back(const struct planner *pl, const int *moved, const int *group, int n)
{
	int from = NO_PATH, to = NO_PATH;

	for (int i = 0; i < n; i++) {
		if (moved[group[i]] != NO_PATH)
			from = moved[group[i]];
	}
	for (int i = 0; i < n && from != NO_PATH; i++) {
		const struct undo_path *p = &pl->b->path[group[i]];

		if (!identity_same_state(&p->now.state, &pl->b->path[from].now.state) &&
		    (p->plan.action == UNDO_PUT || (to == NO_PATH && links_was_replaced(p))))
			to = group[i];
	}
	if (to != NO_PATH)
		sources_move(pl, from, to);
}

/* Names of one object: one is put back, the others are linked to it. */
static void
link_group(const struct planner *pl, void *context, const int *group, int n)
{
	const int *moved = context;
	int master = NO_PATH, best = 0;

	for (int i = 0; i < n && best < WORTH_MOVED; i++)
		best = worth_as_master(&pl->b->path[group[i]]);
	if (best < WORTH_MOVED)
		move_back(pl, moved, group, n);
	best = 0;
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

/* Of each path where its object has gone, if it can be had from there; else NO_PATH.  For the caller to free. */
static int *
sort_moved(const struct planner *pl)
{
	int *moved = xcalloc((size_t)pl->b->n + 1, sizeof(*moved));

	for (int i = 0; i < pl->b->n; i++)
		moved[i] = NO_PATH;
	for (int i = 0; i < pl->b->n; i++) {
		const struct undo_path *p = &pl->b->path[i];
		const struct undo_path *q = p->history.origin == NO_PATH ? NULL : &pl->b->path[p->history.origin];

		if (q && p->plan.moved_to == NO_PATH && !p->plan.is_copied &&
		    identity_same_state(&p->now.state, &q->history.before) && sources_can_move(p, q))
			moved[p->history.origin] = i;
	}
	return moved;
}

typedef void group_fn(const struct planner *pl, void *context, const int *group, int n);

/* Show the names of each object that had several before the runs. */
static void
each_group_before(const struct planner *pl, group_fn *show, void *context)
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
		show(pl, context, linked + from, to - from);
	}
	free(linked);
}

void
links_join(const struct planner *pl)
{
	int *moved = sort_moved(pl);

	each_group_before(pl, link_group, moved);
	free(moved);
}

/* --- names that are out of reach --- */

/* The paths at which something with several names is now, by object. */
struct names_now {
	int *path;
	int n;
};

static int
by_object_now(const void *a, const void *b, void *context)
{
	const struct undo_paths *all = context;
	int i = *(const int *)a, j = *(const int *)b;

	return order_of_states(&all->path[i].now.state, &all->path[j].now.state, i, j);
}

static void
sort_now(const struct planner *pl, struct names_now *out)
{
	out->path = xcalloc((size_t)pl->b->n + 1, sizeof(*out->path));
	for (int i = 0; i < pl->b->n; i++) {
		const struct file_state *now = &pl->b->path[i].now.state;

		if (plan_exists(now) && now->type != FILE_DIRECTORY && now->nlink > 1)
			out->path[out->n++] = i;
	}
	qsort_r(out->path, (size_t)out->n, sizeof(*out->path), by_object_now, pl->b);
}

/* How many names of an object there are now that are none of the paths; -1 where none of the paths is one. */
static int
count_elsewhere(const struct planner *pl, const struct names_now *names, const struct file_state *object)
{
	nlink_t known = 0, all = 0;
	int low = 0, high = names->n;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (order_of_states(&pl->b->path[names->path[middle]].now.state, object, 0, 0) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < names->n && identity_same_state(&pl->b->path[names->path[low]].now.state, object); low++) {
		all = pl->b->path[names->path[low]].now.state.nlink;
		known++;
	}
	return known == 0 ? -1 : all > known ? (int)(all - known) : 0;
}

/* Whether a path will be a name of the object that it was, with its content. */
static bool
gets_itself(const struct planner *pl, const struct undo_path *p)
{
	const struct undo_path *from = p->plan.source == NO_PATH ? NULL : &pl->b->path[p->plan.source];

	if (p->plan.action == UNDO_MOVE)
		return identity_same_state(&from->now.state, &p->history.before);
	if (p->plan.action == UNDO_LINK)
		return from->plan.action != UNDO_LINK && gets_itself(pl, from);
	return (p->plan.action == UNDO_NOTHING || p->plan.action == UNDO_ATTRIBUTES) && !p->history.lost &&
	       identity_same_state(&p->now.state, &p->history.before);
}

/* Whether a path will hold what it held, or does already. */
static bool
gets_old(const struct undo_path *p)
{
	if (!p->now.wanted || p->history.parent_only || paths_is_settled(p))
		return false;
	return plan_is_placed(p) || (p->plan.action != UNDO_KEEP && sources_holds_old(p));
}

/* Whether a name that no run met has been found, and holds something else now. */
static bool
is_changed_elsewhere(const struct planner *pl, const int *group, int n)
{
	for (int i = 0; i < n; i++) {
		if (pl->b->path[group[i]].now.changed_elsewhere)
			return true;
	}
	return false;
}

/* Of names that get another object than they had, those that no run met do not get it with them. */
static void
tell_group(const struct planner *pl, void *context, const int *group, int n)
{
	const struct file_state *object = &pl->b->path[group[0]].history.before;
	struct undo_path *told = NULL;
	int left = object->nlink > (nlink_t)n ? (int)(object->nlink - (nlink_t)n) : 0;
	int elsewhere;

	for (int i = 0; i < n && left > 0; i++) {
		struct undo_path *p = &pl->b->path[group[i]];

		if (gets_itself(pl, p))
			return;
		if (gets_old(p) && (!told || (plan_is_placed(p) && !plan_is_placed(told))))
			told = p;
	}
	if (!told)
		return;
	elsewhere = count_elsewhere(pl, context, object);
	/*
	 * Overlayfs parts a name of a lower layer's file from the others when it is first written: those are as they were,
	 * or were gone before, since nobody counts them down.
	 */
	if (elsewhere < 0 && told->now.on_overlay && !is_changed_elsewhere(pl, group, n))
		return;
	told->plan.unreached = elsewhere >= 0 && elsewhere < left ? elsewhere : left;
	if (told->plan.unreached > 0 && told->plan.action == UNDO_NOTHING)
		decide_keep(told, KEEP_OTHER_NAMES, NO_PATH);
}

void
links_tell_unreached(const struct planner *pl)
{
	struct names_now names = { .n = 0 };

	sort_now(pl, &names);
	each_group_before(pl, tell_group, &names);
	free(names.path);
}
