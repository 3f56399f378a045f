/* show --diff: what runs did to text files, as unified diffs. */
#ifndef WT_CMD_SHOW_DIFF_H
#define WT_CMD_SHOW_DIFF_H

#include "cmd/show.h"

/*
 * Print what the runs of s->ids, taken as one, did to the files at s->paths, or to all: unified diffs between what was
 * before the first and what the last one left, as git(1) prints them; what is no text is named.  What others did since
 * is not in them.  0, 1 where some could not be read, which has been said, or -1 with e set.
 */
int show_diff(struct show *s, struct err *e);

#endif
