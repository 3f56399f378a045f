/* The steps of a plan, in the order in which each finds what it needs. */
#ifndef WT_UNDO_ORDER_H
#define WT_UNDO_ORDER_H

#include "undo/plan.h"

/* Fill pl->out->step. */
void order_steps(const struct planner *pl);

#endif
