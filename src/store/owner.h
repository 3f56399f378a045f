/* Whether root may write to a history: never into what somebody else has prepared. */
#ifndef WT_STORE_OWNER_H
#define WT_STORE_OWNER_H

#include "base/err.h"

/*
 * 0 for everybody but root.  For root the history and what stands beside it (-wal, -shm, .objects and so on) must be
 * root's own as far as it is there, and no part of the path a symbolic link in a directory that others may write.
 * 0, or -1 with e set.
 */
int owner_check(const char *path, struct err *e);

#endif
