/* Where what was lost is to be had: moved back, linked to another name, copied, or made from what was kept. */
#include "config.h"

#include "undo/sources.h"

#include <stdlib.h>
#include <string.h>

#include "file/change.h"
#include "undo/decide.h"
#include "undo/links.h"
#include "base/list.h"
#include "base/mem.h"

void
sources_move(const struct planner *pl, int from, int to)
{
	pl->b->path[to].plan.action = UNDO_MOVE;
	pl->b->path[to].plan.source = from;
	pl->b->path[from].plan.moved_to = to;
	if (links_was_replaced(&pl->b->path[from]))
		links_give_own(pl, from);
}

/* Whether it still holds what it held there. */
static bool
moved_whole(const struct undo_path *p, const struct undo_path *q)
{
	enum content content = change_content(&q->history.before, &p->history.left);

	return content == CONTENT_SAME || (content == CONTENT_UNKNOWN && !q->history.has_old && !q->history.no_old);
}

bool
sources_can_move(const struct undo_path *p, const struct undo_path *q)
{
	const struct file_state *was = &q->history.before;

	if (p->history.left.type != was->type || p->now.state.type != was->type || !moved_whole(p, q))
		return false;
	/* the place is another one's, which is put back as well: an exchange, or an equal file that was there */
	return plan_is_dropped(p) || (plan_exists(&p->history.before) && p->history.lost && p->plan.action != UNDO_KEEP) ||
	       (links_was_replaced(p) && links_may_be_split(p));
}

/* A moved object is moved back: nothing else has its content. */
static void
find_moves(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];
		struct undo_path *q = p->history.origin == NO_PATH ? NULL : &pl->b->path[p->history.origin];

		if (!q || q->plan.action != UNDO_PUT || q->plan.source != NO_PATH ||
		    !sources_can_move(p, q))
			continue;
		sources_move(pl, i, p->history.origin);
	}
}

bool
sources_holds_old(const struct undo_path *p)
{
	return p->now.is_back || (!p->history.lost && !p->now.edited && plan_exists(&p->now.state) &&
				  p->now.state.type == p->history.before.type);
}

/* --- the content of another path --- */

static int
by_content_now(const void *a, const void *b, void *context)
{
	const struct undo_paths *all = context;
	int i = *(const int *)a, j = *(const int *)b;
	int order = memcmp(all->path[i].now.state.digest.bytes, all->path[j].now.state.digest.bytes, DIGEST_SIZE);

	return order ? order : i < j ? -1 : i > j;
}

/* The paths whose content was read, by content; how many.  The array is for the caller to free. */
static int
sort_contents(const struct undo_paths *b, int **out)
{
	int n = 0;

	*out = xcalloc((size_t)b->n + 1, sizeof(**out));
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].now.state.type == FILE_REGULAR && b->path[i].now.state.has_digest && !b->path[i].now.error)
			(*out)[n++] = i;
	}
	qsort_r(*out, (size_t)n, sizeof(**out), by_content_now, (void *)(uintptr_t)b);
	return n;
}

/* Whether what is at a path is there still when the first things are put back. */
static bool
may_be_copied(const struct planner *pl, int i)
{
	const struct undo_path *p = &pl->b->path[i];

	if (p->plan.action == UNDO_MKDIR || p->plan.moved_to != NO_PATH ||
	    (p->plan.action == UNDO_PUT && p->plan.source != NO_PATH && p->plan.source != i))
		return false;
	/* a directory in which it is must not have to make room for something else */
	for (int dir = p->plan.action == UNDO_REMOVE ? paths_parent(pl->b, p->path) : NO_PATH; dir != NO_PATH;
	     dir = paths_parent(pl->b, pl->b->path[dir].path)) {
		if (plan_is_placed(&pl->b->path[dir]))
			return false;
	}
	return true;
}

/* What is sought, and of what. */
struct content_search {
	const struct undo_paths *b;
	const struct digest *wanted;
};

static int
search_to_content(const void *key, const void *element)
{
	const struct content_search *s = key;

	return memcmp(s->wanted->bytes, s->b->path[*(const int *)element].now.state.digest.bytes, DIGEST_SIZE);
}

/* A path that holds what q held before; NO_PATH. */
static int
find_copy(const struct planner *pl, const int *held, int n, const struct undo_path *q)
{
	const struct content_search key = { .b = pl->b, .wanted = &q->history.before.digest };
	size_t at;

	list_find(&key, held, (size_t)n, sizeof(*held), search_to_content, &at);
	for (; at < (size_t)n && search_to_content(&key, &held[at]) == 0; at++) {
		if (may_be_copied(pl, held[at]))
			return held[at];
	}
	return NO_PATH;
}

bool
sources_is_known(const struct undo_path *p)
{
	if (p->history.before.type == FILE_SYMLINK)
		return p->history.before.target;
	return p->history.before.type != FILE_REGULAR || p->history.has_old || p->now.in_store ||
	       p->plan.source != NO_PATH;
}

/* What was moved over an equal file is gone as an object, and its content is there: any path that holds it will do. */
static void
find_copies(const struct planner *pl)
{
	int *held = NULL;
	int n = 0;

	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *q = &pl->b->path[i];

		if (q->plan.action != UNDO_PUT || sources_is_known(q) || !q->history.before.has_digest || q->plan.is_copied)
			continue;
		if (!held)
			n = sort_contents(pl->b, &held);
		q->plan.source = find_copy(pl, held, n, q);
		if (q->plan.source != NO_PATH)
			pl->b->path[q->plan.source].plan.is_copied = true;
	}
	free(held);
}

/* What can neither be moved, nor linked, nor made from what is known, cannot be put back. */
static void
find_unrestorable(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];

		if (p->plan.action == UNDO_PUT && !sources_is_known(p))
			decide_keep(p, KEEP_NO_PRE_IMAGE, NO_PATH);
	}
}

/* --- what a chosen path needs --- */

static bool
choose_too(struct undo_path *p)
{
	bool more = !p->now.wanted && !p->now.excepted;

	p->now.wanted |= more;
	return more;
}

/* A move has two ends, and both are as before, or neither; one of them may be the end of another move. */
static void
choose_both_ends(const struct planner *pl)
{
	bool more;

	do {
		more = false;
		for (int i = 0; i < pl->b->n; i++) {
			struct undo_path *from = &pl->b->path[i];
			struct undo_path *to = from->plan.moved_to == NO_PATH ? NULL : &pl->b->path[from->plan.moved_to];

			if (to && from->now.wanted != to->now.wanted)
				more |= choose_too(from->now.wanted ? to : from);
		}
	} while (more);
}

/* What is put back needs the directories that it was in. */
static void
choose_directories(const struct planner *pl)
{
	for (int i = pl->b->n - 1; i >= 0; i--) {
		const struct undo_path *p = &pl->b->path[i];
		int dir = p->now.wanted && plan_is_placed(p) ? paths_parent(pl->b, p->path) : NO_PATH;

		if (dir != NO_PATH && pl->b->path[dir].plan.action == UNDO_MKDIR)
			(void)choose_too(&pl->b->path[dir]);
	}
}

void
sources_find(const struct planner *pl)
{
	find_moves(pl);
	choose_both_ends(pl);
	choose_directories(pl);
	links_split(pl);
	find_copies(pl);
	links_join(pl);
	find_unrestorable(pl);
}
