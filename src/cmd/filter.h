/* --only and --except. */
#ifndef WT_CMD_FILTER_H
#define WT_CMD_FILTER_H

#include <stdbool.h>

#include "cmd/opts.h"

/* Whether a path is among those that --only names, if it names any, and not among those of --except. */
bool filter_passes(const struct options *o, const char *path);

#endif
