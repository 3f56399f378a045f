/* Whether root may write to a history: never into what somebody else has prepared.  And whether it may read it as its own. */
#ifndef WT_STORE_OWNER_H
#define WT_STORE_OWNER_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/err.h"

/*
 * 0 for everybody but root.  For root the history and what stands beside it (-wal, -shm, .objects and so on) must be
 * root's own as far as it is there, and no part of the path a symbolic link in a directory that others may write.
 * 0, or -1 with e set.
 */
int owner_check(const char *path, struct err *e);

/*
 * For root: whether the history at a canonical path, and what SQLite has beside it, are root's, where nobody else can
 * exchange them or put something beside them.
 */
bool owner_alone(const char *real, const struct stat *history);

#endif
