/*
 * Nobody else writes to a file while root gives it rights: whoever owned it, or may write to it, could change what has
 * been looked at until the moment when it is no longer his.
 */
#ifndef WT_UNDO_HOLD_H
#define WT_UNDO_HOLD_H

#include "undo/place.h"

struct hold {
	int fd;		/* with a lease on it (fcntl(2), F_SETLEASE); -1: it needs none, or can have none */
};

#define HOLD_INIT { .fd = -1 }

/*
 * Hold what is at a place while it is given the owner and mode of want, if others may write to it.  hold_end() in either
 * case.  0; -1 with errno: ETXTBSY, somebody has it open for writing; ESTALE, it was changed since the place was opened.
 */
int hold_take(struct hold *h, const struct place *at, const struct file_state *want);

/* 0, or -1 with ETXTBSY: somebody has opened it for writing meanwhile.  For the second time 0. */
int hold_end(struct hold *h);

#endif
