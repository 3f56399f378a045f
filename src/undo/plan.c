/* The plan of an undo or an uninstall, from its parts. */
#include "config.h"

#include "undo/planner.h"

#include <stdlib.h>
#include <string.h>

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

int
plan_stash_dir(const struct back *b, int i)
{
	int found = i;

	for (int dir = compose_parent(b, b->path[i].path); dir != NO_PATH; dir = compose_parent(b, b->path[dir].path)) {
		if (b->path[dir].clear_first)
			found = dir;
	}
	return found;
}

int
plan_count(const struct back *b, enum back_action action)
{
	int n = 0;

	for (int i = 0; i < b->n; i++)
		n += b->path[i].action == action;
	return n;
}

void
plan_make(struct back *b, const struct plan_wishes *wishes, struct plan *out)
{
	const struct planner pl = { .b = b, .wishes = wishes, .out = out };

	memset(out, 0, sizeof(*out));
	decide_paths(&pl);
	sources_find(&pl);
	depend_settle(&pl);
	order_steps(&pl);
	out->n_kept = plan_count(b, BACK_KEEP);
	for (int i = 0; i < b->n; i++)
		out->n_stay += b->path[i].action == BACK_STAYS && b->path[i].wanted;
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
