/* The plan of an undo or an uninstall, from its parts. */
#include "config.h"

#include "undo/plan.h"

#include <stdlib.h>
#include <string.h>

#include "undo/decide.h"
#include "undo/depend.h"
#include "undo/links.h"
#include "undo/order.h"
#include "undo/packages.h"
#include "undo/sources.h"

int
plan_stash_dir(const struct undo_paths *b, int i)
{
	int found = i;

	for (int dir = paths_parent(b, b->path[i].path); dir != NO_PATH; dir = paths_parent(b, b->path[dir].path)) {
		if (b->path[dir].plan.clear_first)
			found = dir;
	}
	return found;
}

int
plan_count(const struct undo_paths *b, enum undo_action action)
{
	int n = 0;

	for (int i = 0; i < b->n; i++)
		n += b->path[i].plan.action == action;
	return n;
}

void
plan_recount(struct plan *p, const struct undo_paths *b)
{
	p->n_kept = plan_count(b, UNDO_KEEP);
	p->n_partly = 0;
	for (int i = 0; i < b->n; i++)
		p->n_partly += b->path[i].plan.unreached > 0 && b->path[i].plan.action != UNDO_KEEP;
}

void
plan_make(struct undo_paths *b, const struct plan_wishes *wishes, struct plan *out)
{
	const struct planner pl = { .b = b, .wishes = wishes, .out = out };

	memset(out, 0, sizeof(*out));
	decide_paths(&pl);
	sources_find(&pl);
	depend_settle(&pl);
	if (packages_keep(&pl))
		depend_settle(&pl);
	if (!wishes->uninstall && !wishes->force)
		links_tell_unreached(&pl);
	order_steps(&pl);
	plan_recount(out, b);
	for (int i = 0; i < b->n; i++)
		out->n_stay += b->path[i].plan.action == UNDO_STAYS && b->path[i].now.wanted;
}

bool
plan_completes(enum step_kind kind, enum undo_action action)
{
	static const unsigned completes[STEP_KIND_COUNT] = {
		[STEP_REMOVE] = 1u << UNDO_REMOVE,
		[STEP_RMDIR] = 1u << UNDO_RMDIR,
		[STEP_MKDIR] = 1u << UNDO_MKDIR,
		[STEP_PLACE] = 1u << UNDO_MOVE | 1u << UNDO_PUT | 1u << UNDO_LINK | 1u << UNDO_MERGE,
		[STEP_ATTRIBUTES] = 1u << UNDO_ATTRIBUTES,
		[STEP_SETTLE] = 1u << UNDO_ATTRIBUTES,
	};

	return completes[kind] >> action & 1;
}

void
plan_release(struct plan *p)
{
	free(p->step);
	p->step = NULL;
	p->n = 0;
}
