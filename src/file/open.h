/* Opening a canonical path as what it says: no symbolic link in any part, and of any length. */
#ifndef WT_FILE_OPEN_H
#define WT_FILE_OPEN_H

/* As open(2); -1 with errno, ELOOP where a part has become a symbolic link. */
int open_canonical(const char *path, int flags);

/* The same of a name below dir_fd, shorter than PATH_MAX. */
int open_canonical_at(int dir_fd, const char *name, int flags);

/* O_PATH | O_DIRECTORY of the directory part of path. */
int open_canonical_parent(const char *path);

#endif
