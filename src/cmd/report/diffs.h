/* The diffs of what runs modified, as a text of bounded length. */
#ifndef WT_CMD_REPORT_DIFFS_H
#define WT_CMD_REPORT_DIFFS_H

#include <stdbool.h>

#include "base/buf.h"
#include "cmd/report/story.h"

/*
 * Add what show --diff prints of the story's texts, as much as fits into limit bytes, by whole lines; *cut tells that
 * there is more.  0, 1 where some could not be read, which has been said, or -1 with e set.
 */
int diffs_add(struct buf *out, const struct story *s, size_t limit, bool *cut, struct err *e);

#endif
