/* manifest --format=sha256sum: lines that sha256sum -c reads. */
#ifndef WT_CMD_MANIFEST_SUMS_H
#define WT_CMD_MANIFEST_SUMS_H

#include <stdio.h>

#include "base/err.h"
#include "cmd/manifest/list.h"

/* 0, or -1 with e set.  What cannot be written to out is found out by who closes it. */
int manifest_sha256sum(const struct manifest_list *l, FILE *out, struct err *e);

#endif
