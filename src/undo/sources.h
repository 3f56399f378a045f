/* Where what was lost is to be had. */
#ifndef WT_UNDO_SOURCES_H
#define WT_UNDO_SOURCES_H

#include "undo/plan.h"

/*
 * Turn UNDO_PUT into UNDO_MOVE or UNDO_LINK where another path has the object, and give it a source where another path
 * has the content; keep what cannot be had.
 */
void sources_find(const struct planner *pl);

/* Whether a path holds what it held before the runs, whichever object that is in. */
bool sources_holds_old(const struct undo_path *p);

/* Whether what is to be put at a path can be made: from the store, from another path, from what is known of it. */
bool sources_is_known(const struct undo_path *p);

/* Whether the object at p, which was at q before, can be moved back there: it is whole, and p has no more need of it. */
bool sources_can_move(const struct undo_path *p, const struct undo_path *q);

/* Have the object at one path moved to another. */
void sources_move(const struct planner *pl, int from, int to);

#endif
