/* Unified diffs as HTML. */
#ifndef WT_CMD_REPORT_PAGE_DIFF_H
#define WT_CMD_REPORT_PAGE_DIFF_H

#include "base/buf.h"

/* Add what show --diff prints: each file's diff folds, and a line of a stranger's text is only that. */
void page_diff_add(struct buf *out, const char *text, size_t len);

#endif
