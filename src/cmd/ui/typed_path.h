/* Paths as people type them: relative, absent now, through symbolic links. */
#ifndef WT_CMD_UI_TYPED_PATH_H
#define WT_CMD_UI_TYPED_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/opts.h"

/*
 * The name as the history has it: absolute, without ".", ".." or symlinks in its directories.  The last
 * component is not followed, unless a slash stands behind it.  What is absent now is taken as it is
 * written.  *out is a new string that the caller frees.  0, or -1 with e set.
 */
int typed_path(const char *typed, char **out, struct err *e);

/*
 * Append the components of rest to a directory, "" for the root, by the text alone: "." is none, and ".." takes one away.
 */
void typed_path_add(struct buf *dir, const char *rest);

/* Where path is a symbolic link now: what it leads to, a new string; else NULL. */
char *typed_path_target(const char *path);

/* Several of them, each with what it leads to where it is a link: either may be meant.  Each means all below it. */
struct typed_paths {
	struct typed_path_word {
		const char *word;	/* as it was typed; borrowed */
		char *path;
		char *target;		/* NULL: it is no link now */
		bool met;		/* typed_paths_meet() has found something that it means */
	} *v;
	size_t n;
};

/* 0, or -1 with e set.  typed_paths_release() in either case. */
int typed_paths_read(struct typed_paths *t, const struct strings *words, struct err *e);
void typed_paths_release(struct typed_paths *t);

/* Whether one of them means the path. */
bool typed_paths_mean(const struct typed_paths *t, const char *path);

/* The same, and those that do are noted. */
void typed_paths_meet(struct typed_paths *t, const char *path);

/*
 * The directory that --root names, with all links followed; it need not be there.  *out is a new string that the
 * caller frees.  0, or -1 with e set.
 */
int typed_path_root(const char *typed, char **out, struct err *e);

/* The same of a command that takes --root once at most; *out stays as it is where it was not given. */
int typed_path_only_root(const char *command, const struct strings *roots, char **out, struct err *e);

#endif
