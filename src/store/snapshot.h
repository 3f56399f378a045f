/*
 * A history as it is at one moment, in one descriptor, for root, who must not let SQLite loose on what others own or may
 * put something beside: it would open -wal, -shm and -journal by their names, for writing, and give them to the
 * history's owner.  Nothing is made, changed or removed where the history lies, and nothing opened there but with the
 * rights of its owner.
 */
#ifndef WT_STORE_SNAPSHOT_H
#define WT_STORE_SNAPSHOT_H

#include "base/err.h"

struct rights;

struct snapshot {
	int fd;			/* -1: none */
	struct rights *rights;	/* of the history's owner, for what lies beside it; NULL: our own */
};

#define SNAPSHOT_INIT { .fd = -1 }

/*
 * 1: *out has the history, the file itself where nobody writes to it, else a copy, for snapshot_release().  0: there is
 * no need, *real is where it lies, without symbolic links, for the caller to free.  -1 with e set, which does not name
 * the history.
 */
int snapshot_take(const char *path, struct snapshot *out, char **real, struct err *e);
void snapshot_release(struct snapshot *s);

#endif
