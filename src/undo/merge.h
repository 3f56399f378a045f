/*
 * Text files that were changed since the runs: what the runs changed is taken out, what others changed stays.
 */
#ifndef WT_UNDO_MERGE_H
#define WT_UNDO_MERGE_H

#include "undo/paths.h"

/* Of each chosen path that it could help fill in now.merge and what belongs to it.  history: for its contents. */
void merge_find(struct undo_paths *b, const char *history);

/* The merged content as a file that nobody else has, at its beginning; -1 with errno. */
int merge_open(const struct undo_path *p);

#endif
