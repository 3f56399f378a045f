/*
 * By what an object is known again: its device, its inode number and its birth.  A number alone is never enough, since
 * the file system gives it to another object when this one is gone; but of what is held by a descriptor.
 */
#ifndef WT_FILE_IDENTITY_H
#define WT_FILE_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "file/state.h"

struct statx;

/*
 * As fstat(2), and *birth as struct file_state has it, with the same call where the file system tells of births.  fd may
 * be an O_PATH descriptor.  0, or -1 with errno.
 */
int identity_stat(int fd, struct stat *st, int64_t *birth);

/*
 * The parts of it, for who asks statx(2) for more: what STATX_BASIC_STATS tell as a struct stat, and what STATX_BTIME or
 * else fd's file handle tells as a birth.
 */
void identity_stat_of(const struct statx *sx, struct stat *st);
int64_t identity_birth_of(const struct statx *sx, int fd);

/*
 * The same of a name in a directory, which is not opened.  -1 with errno: EOPNOTSUPP where an open object alone can tell all,
 * and what statx(2) says, which is not allowed everywhere.
 */
int identity_stat_in(int dir_fd, const char *name, struct stat *st, int64_t *birth);

/*
 * Since when the writable layer of an overlay has had an object, by the clock that stamps files: since it was made or copied
 * up; 0: not told.  Copying up leaves the times of the content as they were: by that *is_copy, as long as nobody writes.
 */
int64_t identity_overlay_birth(const struct statx *sx, bool *is_copy);

/* Whether two looks have found one object: of what was held meanwhile, or with no time between them. */
static inline bool
identity_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether two births may be those of one object; one that is not known may be any. */
static inline bool
identity_same_birth(int64_t a, int64_t b)
{
	return a == b || a == 0 || b == 0;
}

/*
 * Whether what is found at another time, perhaps after the file system was mounted anew with another device number, is the
 * object that it was then.
 */
static inline bool
identity_known_again(const struct file_state *now, const struct file_state *then)
{
	if (now->ino != then->ino || !identity_same_birth(now->birth, then->birth))
		return false;
	return now->dev == then->dev || (now->birth != 0 && then->birth != 0);
}

/* Whether two states are of one object. */
static inline bool
identity_same_state(const struct file_state *a, const struct file_state *b)
{
	return a->dev == b->dev && a->ino == b->ino && identity_same_birth(a->birth, b->birth);
}

#endif
