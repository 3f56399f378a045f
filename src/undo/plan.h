/*
 * The plan of an undo or an uninstall: from the three states of each path to what is done with it, and in
 * which order.  Pure: nothing is looked at, nothing is touched.
 */
#ifndef WT_UNDO_PLAN_H
#define WT_UNDO_PLAN_H

#include <stdbool.h>

#include "undo/paths.h"

struct plan_wishes {
	bool uninstall;		/* what existed before stays as it is */
	bool force;		/* what was changed since is taken back all the same */
	bool merge;		/* of texts that were changed since the runs' own changes are taken out */
	bool accept;		/* what is kept may stay as it is: nothing of it is left to be done */
};

/* One step, on the path of that index. */
struct step {
	enum step_kind {
		STEP_THAW,		/* inode flags that would forbid the rest are taken off */
		STEP_STASH,		/* the object is taken aside, into the same directory */
		STEP_REMOVE,
		STEP_RMDIR,
		STEP_MKDIR,
		STEP_PLACE,		/* UNDO_MOVE, UNDO_PUT, UNDO_LINK */
		STEP_ATTRIBUTES,
		STEP_OPEN,		/* we may change names in a directory of our own */
		STEP_CLOSE,		/* it gets its mode back */
		STEP_SETTLE,		/* a directory's metadata, when nothing in it changes any more */
		STEP_KIND_COUNT
	} kind;
	int path;
};

struct plan {
	struct step *step;
	int n;
	int n_kept;		/* paths with UNDO_KEEP */
	int n_partly;		/* others with names that are not reached */
	int n_stay;		/* with UNDO_STAYS, but for those that --only and --except leave out */
	int n_unwanted;		/* that would be acted on but for --only and --except */
};

/* Decide on every path of b, and order the steps.  plan_release() afterwards. */
void plan_make(struct undo_paths *b, const struct plan_wishes *wishes, struct plan *out);

/*
 * The path whose directory takes in what is to be taken aside from path i: not one that must go before
 * anything can be put back.
 */
int plan_stash_dir(const struct undo_paths *b, int i);

/* Whether a step of this kind completes an action. */
bool plan_completes(enum step_kind kind, enum undo_action action);

void plan_release(struct plan *p);

/*
 * What its parts share.
 *
 *     decide    each path by its own three states
 *     sources   where what was lost is to be had
 *     links     which names were one object, and are to be one again
 *     depend    what is kept because of other paths
 *     packages  what is kept because a package manager has it as installed
 *     order     the steps
 */
struct planner {
	struct undo_paths *b;
	const struct plan_wishes *wishes;
	struct plan *out;
};

/* How many paths have that action. */
int plan_count(const struct undo_paths *b, enum undo_action action);

/* Count what is kept, whole or in part, anew. */
void plan_recount(struct plan *p, const struct undo_paths *b);

static inline bool
plan_exists(const struct file_state *s)
{
	return s->type != FILE_ABSENT;
}

static inline bool
plan_is_dropped(const struct undo_path *p)
{
	return p->plan.action == UNDO_REMOVE || p->plan.action == UNDO_RMDIR;
}

static inline bool
plan_is_placed(const struct undo_path *p)
{
	return p->plan.action == UNDO_MKDIR || p->plan.action == UNDO_PUT || p->plan.action == UNDO_MOVE ||
	       p->plan.action == UNDO_LINK || p->plan.action == UNDO_MERGE;
}

static inline bool
plan_must_be_empty(const struct undo_path *p)
{
	return p->plan.action == UNDO_RMDIR || (p->plan.clear_first && p->now.state.type == FILE_DIRECTORY);
}

#endif
