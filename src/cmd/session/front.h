/*
 * The front: the process that the caller started.  It is COMMAND's parent, stops and goes on as COMMAND
 * does, and ends as it did.  Its other child, the tracing process, records it.
 */
#ifndef WT_CMD_SESSION_FRONT_H
#define WT_CMD_SESSION_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "record/preimage.h"
#include "base/err.h"

struct credentials;
struct places;
struct options;

/* What `run` or `attach` was asked to do. */
struct order {
	char **argv;			/* run: COMMAND and its arguments; attach: NULL */
	const pid_t *pids;		/* attach: the processes, each once, the oldest first */
	size_t n_pids;
	const char *cgroup;		/* attach: whose processes they are (trace/cgroup.h); NULL: they were named */
	int64_t for_ns;			/* attach: how long; 0: no limit */
	const char *history;
	const struct options *opt;
	struct preimage_rules pre_images;
	char **watched;			/* canonical: what is there is compared before and after */
	size_t n_watched;
	int64_t watch_bytes;		/* files up to so much of it are kept beforehand */
	const struct credentials *user;	/* NULL: unchanged */
	const struct places *allowed;	/* where COMMAND may change something; NULL: everywhere */
};

/* The exit status for the caller; does not return where COMMAND died of a signal.  -1 with e set. */
int front_run(const struct order *order, struct err *e);

/*
 * The same for `attach`: the front only passes on what a terminal sends, and may be stopped while the
 * tracing process goes on.  The exit status, or -1 with e set.
 */
int front_attach(const struct order *order, struct err *e);

/* Say why COMMAND cannot be executed; error is an errno.  The exit status, as env(1) and timeout(1) have it. */
int front_cannot_execute(const char *command, int error);

#endif
