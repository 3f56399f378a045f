/*
 * What the parts of the plan share; nobody else includes it.
 *
 *     decide    each path by its own three states
 *     sources   where what was lost is to be had
 *     depend    what is kept because of other paths
 *     order     the steps
 */
#ifndef WT_UNDO_PLANNER_H
#define WT_UNDO_PLANNER_H

#include "undo/plan.h"

struct planner {
	struct undo_paths *b;
	const struct plan_wishes *wishes;
	struct plan *out;
};

/* Set each path's action by what it was, was left as, and is. */
void decide_paths(const struct planner *pl);

/* Turn UNDO_PUT into UNDO_MOVE or UNDO_LINK where another path has the object; keep what cannot be had. */
void sources_find(const struct planner *pl);

/* Drop what is not wanted or not allowed, and keep what cannot be done because of that, until nothing more is kept. */
void depend_settle(const struct planner *pl);

/* How many paths have that action. */
int plan_count(const struct undo_paths *b, enum undo_action action);

/* Fill pl->out->step. */
void order_steps(const struct planner *pl);

/* The path stays as it is; source is the other path that it is because of, or NO_PATH. */
void decide_keep(struct undo_path *p, enum keep_reason reason, int source);

/* Whether a path holds what it held before the runs, whichever object that is in. */
bool sources_holds_old(const struct undo_path *p);

/* Whether the object at path i is moved to another one. */
bool depend_is_move_source(const struct planner *pl, int i);

static inline bool
plan_exists(const struct file_state *s)
{
	return s->type != FILE_ABSENT;
}

static inline bool
plan_is_dropped(const struct undo_path *p)
{
	return p->action == UNDO_REMOVE || p->action == UNDO_RMDIR;
}

static inline bool
plan_is_placed(const struct undo_path *p)
{
	return p->action == UNDO_MKDIR || p->action == UNDO_PUT || p->action == UNDO_MOVE || p->action == UNDO_LINK;
}

static inline bool
plan_must_be_empty(const struct undo_path *p)
{
	return p->action == UNDO_RMDIR || (p->clear_first && p->now.type == FILE_DIRECTORY);
}

#endif
