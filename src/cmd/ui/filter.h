/* --only and --except. */
#ifndef WT_CMD_UI_FILTER_H
#define WT_CMD_UI_FILTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "cmd/opts.h"
#include "cmd/ui/row.h"

/* Whether a path is among those that --only names, if it names any, and not among those of --except. */
bool filter_passes(const struct options *o, const char *path);

/* Whether it is among those of --except. */
bool filter_excepts(const struct options *o, const char *path);

/* filter_passes() for the column path of a row; for printer_cursor(), with the options as context. */
bool filter_row(struct row *r, void *options);

/* Add these options as they can be typed again, a blank before each. */
void filter_add_options(struct buf *out, const struct options *o);

#endif
