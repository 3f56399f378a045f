/* What a path holds now, compared with what it held at other times.  Content is read once at most. */
#ifndef WT_FILE_COMPARE_H
#define WT_FILE_COMPARE_H

#include <stdbool.h>

#include "file/change.h"
#include "base/digest.h"
#include "base/err.h"
#include "file/state.h"

struct present {
	struct file_state state;	/* with its digest once it was needed; FILE_ABSENT where there is nothing */
	int fd;				/* O_PATH of what is there; -1: nothing */
	bool is_copy;			/* it is compared with what was in another tree: no object can be the same */
};

#define PRESENT_INIT { .fd = -1 }

/*
 * Look at a name in an open directory, the last link not followed; dir_fd -1 with errno stands for a directory that
 * could not be opened, and "" for the directory itself.  compare_release() in either case.  0, also where there is
 * nothing, or where something on the way is no directory any more; -1 with e set (ERR_SYSTEM) where that cannot be
 * told.
 */
int compare_look(struct present *n, int dir_fd, const char *name, struct err *e);
void compare_release(struct present *n);

/*
 * Compare what was there then with what is there now: *class and *differs as change_classify() says, CHANGE_CREATED where
 * only then nothing was there.  A directory's mtime does not count.  Contents are read where type and size agree
 * and then.digest is known; without one (of what was only moved, or given another owner) an unmoved ctime of the same
 * object tells, and where then.ctime_ns is not known, or for a copy, the mtime.  0, or -1 with e set where the
 * content cannot be read.
 */
int compare_state(struct present *n, const struct file_state *then, struct digester *d, enum change_class *class,
		  unsigned *differs, struct err *e);

#endif
