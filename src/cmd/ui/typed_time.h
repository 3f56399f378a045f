/* Times as people type them. */
#ifndef WT_CMD_UI_TYPED_TIME_H
#define WT_CMD_UI_TYPED_TIME_H

#include <stdint.h>

#include "base/err.h"

/*
 * 2026-11-21, 2026-11-21 23:39 and 2026-11-21T23:39:32 are local time, with a Z behind them UTC; today and yesterday
 * begin at midnight; 90s, 30m, 2h, 3d, 1w are so long before now.  *out is in nanoseconds since 1970 UTC.
 * 0, or -1 with e set.
 */
int typed_time(const char *typed, int64_t *out, struct err *e);

#endif
