/* Names of one object, before the runs and after them. */
#ifndef WT_UNDO_LINKS_H
#define WT_UNDO_LINKS_H

#include "undo/plan.h"

/*
 * What is all the same may have been made one (hardlink(1), ln(1)): each of what were several objects becomes UNDO_PUT,
 * from what is at it now.
 */
void links_split(const struct planner *pl);

/*
 * Names of one object are names of one object again: UNDO_LINK to the one that has it, or will have it.  Where the
 * object itself is at a name that goes, one of them gets it by UNDO_MOVE.
 */
void links_join(const struct planner *pl);

/* Whether a path holds what it held before, in another object, and nobody else has a claim on that. */
bool links_was_replaced(const struct undo_path *p);

/* Whether a path can be given an object of its own, with what it holds; UNDO_PUT then. */
bool links_may_be_split(const struct undo_path *p);
void links_give_own(const struct planner *pl, int i);

/*
 * When all else is decided: where names get another object than they had together with names that are none of the
 * paths, one of them tells how many these are (plan.unreached), as UNDO_KEEP where nothing is to be done.
 */
void links_tell_unreached(const struct planner *pl);

#endif
