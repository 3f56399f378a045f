/* Path names as text.  Nothing here looks at a file system; ".." and symlinks are the kernel's business. */
#ifndef WT_BASE_PATH_H
#define WT_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* Whether path is dir or lies below it, by whole components.  Both absolute, without a slash at the end. */
bool path_is_under(const char *path, const char *dir);

/* Whether the text is absolute, without ".", ".." or empty components and without a slash at the end, or "/". */
bool path_is_canonical(const char *path);

/* The length of the directory part without its slash; 1 for "/x", so that it is never empty; 0 without a slash. */
size_t path_dir_len(const char *path);

/* The last component: what follows the last slash. */
const char *path_name(const char *path);

/* dir, one slash, name: a new string that the caller frees. */
char *path_join(const char *dir, const char *name);

/*
 * The old path with old_dir at its head replaced by new_dir; path must be under old_dir.
 * A new string that the caller frees.
 */
char *path_rebase(const char *path, const char *old_dir, const char *new_dir);

/*
 * Split a path as somebody named it at its last component, slashes behind it left out; what is in front of a name alone
 * is ".".  False if there is no name to split off.  Both parts are the caller's to free.
 */
bool path_split(const char *raw, char **dir, char **name);

/* Whether a component is "..". */
bool path_has_dot_dot(const char *path);

#endif
