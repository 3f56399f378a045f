/*
 * The plan of an undo or an uninstall: from the three states of each path to what is done with it, and in
 * which order.  Pure: nothing is looked at, nothing is touched.
 */
#ifndef WT_UNDO_PLAN_H
#define WT_UNDO_PLAN_H

#include <stdbool.h>

#include "undo/paths.h"

/* As in `outcomes.action`. */
extern const char *const undo_action_names[UNDO_ACTION_COUNT];

struct plan_wishes {
	bool uninstall;		/* what existed before stays as it is */
	bool force;		/* what was changed since is taken back all the same */
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
		STEP_SETTLE,		/* a directory's metadata, when nothing in it changes any more */
		STEP_KIND_COUNT
	} kind;
	int path;
};

struct plan {
	struct step *step;
	int n, room;
	int n_kept;		/* paths with UNDO_KEEP */
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

#endif
