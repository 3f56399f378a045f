/* Trees that move, come or go at one stroke: what is below them, and has no call of its own. */
#ifndef WT_RECORD_TREE_MOVE_H
#define WT_RECORD_TREE_MOVE_H

#include "record/prestate.h"
#include "base/pack.h"

/*
 * A directory was moved from old_path to new_path: every name below has gone along.  Called after the
 * success, while the mover is held.  seen: the trees as tree_move_pack() has packed them; NULL: they are looked at themselves.
 */
void tree_move_moved(struct prestate *ps, const char *old_path, const char *new_path, uint32_t image,
		     const struct packed *seen);

/* Two were exchanged: what is below each has changed places. */
void tree_move_exchanged(struct prestate *ps, const char *a, const char *b, uint32_t image,
			 const struct packed *seen);

/* A directory is about to go with everything below it: all that is read now. */
void tree_move_going(struct prestate *ps, const char *path, uint32_t image);

/* One has come with everything below it. */
void tree_move_come(struct prestate *ps, const char *path, uint32_t image);

/* In a helper: pack what tree_move_moved() or tree_move_exchanged() will want to know of the tree at path. */
void tree_move_pack(struct buf *out, const char *path);

#endif
