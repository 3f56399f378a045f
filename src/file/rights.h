/*
 * Reading with the rights of another user, for root.  What another user has made leads root wherever that user likes, and
 * SQLite, as root, even changes owners of what it opens: so a process that has become that user opens it, for reading
 * alone, and hands back the descriptor.
 */
#ifndef WT_FILE_RIGHTS_H
#define WT_FILE_RIGHTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct rights;

/* Those of a user, groups included; the caller's until rights_free().  NULL: no others than our own are to be had. */
struct rights *rights_of(uid_t uid);
void rights_free(struct rights *r);

/*
 * Open for reading what object_fd, an O_PATH descriptor, is: a regular file, whatever it is called by now.  Nothing is
 * waited for but at most HELPER_SECONDS for a file system that does not answer.  r NULL: with our own rights.
 * The descriptor, or -1 with errno (EINVAL: it is no regular file).
 */
int rights_open(const struct rights *r, int object_fd);

/* The same by a name below dir_fd, no part of which may be a symbolic link. */
int rights_open_below(const struct rights *r, int dir_fd, const char *name);

/*
 * Of a directory by its canonical path, with all that are above it: whether nobody but root and we can put something into
 * it; and whether nobody else can exchange or remove what is ours in it, though they may put something beside it.
 */
bool rights_alone(const char *dir);
bool rights_keep(const char *dir);

#endif
