/* By what an object is known again: its device and its inode number, as long as somebody holds it. */
#ifndef WT_FILE_IDENTITY_H
#define WT_FILE_IDENTITY_H

#include <stdbool.h>
#include <sys/stat.h>

#include "file/state.h"

/* Whether two looks have found one object. */
static inline bool
identity_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether two states are of one object, by the numbers alone. */
static inline bool
identity_same_state(const struct file_state *a, const struct file_state *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

#endif
