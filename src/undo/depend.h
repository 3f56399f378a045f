/* What depends on what: a path that is kept may keep others. */
#ifndef WT_UNDO_DEPEND_H
#define WT_UNDO_DEPEND_H

#include "undo/plan.h"

/* Drop what is not wanted or not allowed, and keep what cannot be done because of that, until nothing more is kept. */
void depend_settle(const struct planner *pl);

/* Whether the object at path i is moved to another one. */
bool depend_is_move_source(const struct planner *pl, int i);

#endif
