/* Runs in a sentence: "run 12 (app-2.0)", "runs 5, 7 (hello)". */
#ifndef WT_CMD_UI_RUN_TITLE_H
#define WT_CMD_UI_RUN_TITLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

/* Add them, each name once behind the runs that have it.  0, or -1 with e set. */
int run_title_add(struct buf *out, struct store *s, const int64_t *ids, size_t n, struct err *e);

#endif
