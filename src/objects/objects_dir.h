/*
 * HISTORY.objects as it lies on the disk: what the writer of a run (objects.c) and those who look after the whole
 * store share.
 */
#ifndef WT_OBJECTS_OBJECTS_DIR_H
#define WT_OBJECTS_OBJECTS_DIR_H

#include <stdbool.h>

#include "base/digest.h"

enum {
	OBJECTS_SHARD_LEN = 2,				/* of the digest's digits: the directory */
	OBJECTS_NAME_LEN = 2 * DIGEST_SIZE + 1,		/* with the slash */
};

/* "ab/cdef…" */
void objects_dir_name(const struct digest *d, char name[OBJECTS_NAME_LEN + 1]);

/* flock(2).  Waits: nobody holds it for longer than a few calls take. */
void objects_dir_lock(int dir_fd, int how);

/* Root does not write into what another user may write into as well. */
bool objects_dir_is_safe(int dir_fd);

/* Remove copies in the making whose writer died: each writer holds a lock on its own. */
void objects_dir_remove_left_over(int dir_fd);

/* Under the lock.  An emptied directory goes too; name is cut.  0, or -1 with errno. */
int objects_dir_remove_name(int dir_fd, char name[OBJECTS_NAME_LEN + 1]);

#endif
