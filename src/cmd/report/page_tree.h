/* The changed paths as a folding tree of HTML that needs no script. */
#ifndef WT_CMD_REPORT_PAGE_TREE_H
#define WT_CMD_REPORT_PAGE_TREE_H

#include "base/buf.h"
#include "cmd/report/story.h"

/* Add a list of the first paths of the story, and how many there are more. */
void page_tree_add(struct buf *out, const struct story *s);

#endif
