/* show --diff: what a run modified in text files, as unified diffs. */
#ifndef WT_CMD_SHOW_DIFF_H
#define WT_CMD_SHOW_DIFF_H

#include <stddef.h>

#include "cmd/show.h"

/*
 * Unified diffs of the text files that the run modified, of those alone that are at or below one of the paths, if
 * there are any.  0, 1 where some could not be read, which has been said, or -1 with e set.
 */
int show_diff(struct show *s, char *const paths[], size_t n_paths, struct err *e);

#endif
