/* --allow and --allow-from: the places where a command may change something. */
#ifndef WT_CMD_UI_PLACE_ARG_H
#define WT_CMD_UI_PLACE_ARG_H

#include "base/err.h"
#include "base/places.h"
#include "cmd/opts.h"

/*
 * All places that the options give, taken from the working directory, through symbolic links: a link stands for itself
 * and for what it leads to.  A word with *, ? or [ that is not there as it is written is a GLOB.  places_release() in
 * either case.  0, or -1 with e set.
 */
int place_arg_all(const struct options *o, struct places *out, struct err *e);

#endif
