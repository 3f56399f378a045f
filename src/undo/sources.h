/* Where what was lost is to be had. */
#ifndef WT_UNDO_SOURCES_H
#define WT_UNDO_SOURCES_H

#include "undo/plan.h"

/* Turn UNDO_PUT into UNDO_MOVE or UNDO_LINK where another path has the object; keep what cannot be had. */
void sources_find(const struct planner *pl);

/* Whether a path holds what it held before the runs, whichever object that is in. */
bool sources_holds_old(const struct undo_path *p);

#endif
