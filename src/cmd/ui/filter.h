/* --only and --except. */
#ifndef WT_CMD_UI_FILTER_H
#define WT_CMD_UI_FILTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/opts.h"
#include "cmd/ui/row.h"

/*
 * Read the globs of the two options into o->filter.  One that begins with neither "/" nor "*" is taken from the working
 * directory.  0, or -1 with e set; filter_release() in either case.
 */
int filter_read(struct options *o, struct err *e);
void filter_release(struct options *o);

/* Whether a path is among those that --only names, if it names any, and not among those of --except.  Which match is noted. */
bool filter_passes(const struct options *o, const char *path);

/* Whether it is among those of --except. */
bool filter_excepts(const struct options *o, const char *path);

/* Name on standard error those that have matched nothing so far. */
void filter_say_unmet(const struct options *o);

/* Add these options as they can be typed again, a blank before each. */
void filter_add_options(struct buf *out, const struct options *o);

#endif
