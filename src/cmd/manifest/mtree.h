/* manifest --format=mtree: a specification as mtree(5) has it. */
#ifndef WT_CMD_MANIFEST_MTREE_H
#define WT_CMD_MANIFEST_MTREE_H

#include <stdio.h>

#include "base/err.h"
#include "cmd/manifest/list.h"

/* 0, or -1 with e set.  What cannot be written to out is found out by who closes it. */
int manifest_mtree(const struct manifest_list *l, FILE *out, struct err *e);

#endif
