/* Three ways of files whose lines stand for themselves, as those of passwd(5) and hosts(5): line by line. */
#ifndef WT_UNDO_LINE_MERGE_H
#define WT_UNDO_LINE_MERGE_H

#include <stdbool.h>

#include "base/buf.h"

/* Whether a path is such a file; *keyed: what stands before the first colon of a line names what it is about. */
bool line_merge_knows(const char *path, bool *keyed);

/*
 * Add to out what now holds without what was changed between before and left: lines that came go, those that went come
 * back, wherever others have put lines beside them.  False where a line has been changed in another way since.
 */
bool line_merge(const struct buf *before, const struct buf *left, const struct buf *now, bool keyed, struct buf *out);

#endif
