/* What is to be done with each path, by its own three states alone. */
#ifndef WT_UNDO_DECIDE_H
#define WT_UNDO_DECIDE_H

#include "undo/plan.h"

/* Set each path's action by what it was, was left as, and is. */
void decide_paths(const struct planner *pl);

/* The path stays as it is; source is the other path that it is because of, or NO_PATH. */
void decide_keep(struct undo_path *p, enum keep_reason reason, int source);

#endif
