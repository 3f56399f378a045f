/*
 * The front: the process that the caller started.  It is COMMAND's parent, stops and goes on as COMMAND
 * does, and ends as it did.  Its other child, the recorder, traces.
 */
#ifndef WT_CMD_FRONT_H
#define WT_CMD_FRONT_H

#include <stdbool.h>

#include "audit/preimage.h"
#include "base/err.h"

struct credentials;
struct options;

/* What `run` was asked to do. */
struct order {
	char **argv;			/* COMMAND and its arguments */
	const char *history;
	const struct options *opt;
	struct preimage_rules pre_images;
	const struct credentials *user;	/* NULL: unchanged */
};

/* The exit status for the caller; does not return where COMMAND died of a signal.  -1 with e set. */
int front_run(const struct order *order, struct err *e);

#endif
