/* Objects made anew under a temporary name, complete before they are put where they belong. */
#ifndef WT_UNDO_BUILD_H
#define WT_UNDO_BUILD_H

#include <sys/stat.h>

#include "event.h"

/* A new name in the directory of path, which nothing has and which begins so: a string for the caller to free. */
char *build_name_beside(const char *path, const char *prefix);

/* The operation that makes an object of a type. */
enum op build_op(enum file_type type);

/*
 * Make an object as want says, without its metadata: the content of a regular file comes from a descriptor of one that
 * holds it, from, or where that is -1 from the history's pre-image of want->digest, and is on the disk (fsync(2)) when
 * this returns.  *made is that file, by which it can be told from what somebody puts under its name; zeros for other
 * types.  A failure leaves no name.
 * 0, or -1 with errno; EBADMSG: the content is another one.
 */
int build_object(int dir_fd, const char *name, const struct file_state *want, const char *history, int from,
		 struct stat *made);

#endif
