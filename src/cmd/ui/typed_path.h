/* Paths as people type them: relative, absent now, through symbolic links. */
#ifndef WT_CMD_UI_TYPED_PATH_H
#define WT_CMD_UI_TYPED_PATH_H

#include "base/err.h"
#include "cmd/opts.h"

/*
 * The name as the history has it: absolute, without ".", ".." or symlinks in its directories.  The last
 * component is not followed, unless a slash stands behind it.  What is absent now is taken as it is
 * written.  *out is a new string that the caller frees.  0, or -1 with e set.
 */
int typed_path(const char *typed, char **out, struct err *e);

/* Where path is a symbolic link now: what it leads to, a new string; else NULL. */
char *typed_path_target(const char *path);

/*
 * The directory that --root names, with all links followed; it need not be there.  *out is a new string that the
 * caller frees.  0, or -1 with e set.
 */
int typed_path_root(const char *typed, char **out, struct err *e);

/* The same of a command that takes --root once at most; *out stays as it is where it was not given. */
int typed_path_only_root(const char *command, const struct strings *roots, char **out, struct err *e);

#endif
