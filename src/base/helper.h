/*
 * A helper: a child of ours that does what may never end, with what we have in memory at its start, and leaves
 * its result in a file that only we know.  It may hang where no signal reaches it (a dead server): nobody
 * waits for it once its time is up.
 */
#ifndef WT_BASE_HELPER_H
#define WT_BASE_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

/* How long a helper may take without reading anything. */
enum { HELPER_SECONDS = 10 };

struct helper {
	pid_t pid;		/* 0: none */
	int result_fd;		/* -1: none */
	int end_fd;		/* comes to its end with the helper; -1: none */
	int64_t deadline_ns;	/* monotonic */
	uint64_t progress;	/* by then: something that grows while it reads */
};

#define HELPER_INIT { .result_fd = -1, .end_fd = -1 }

/* What it does; what it adds to out is its result.  It has no descriptor above standard error but those kept for it. */
typedef void helper_fn(void *context, struct buf *out);

/* 0, or -1 with errno. */
int helper_start(struct helper *h, helper_fn *work, void *context, const int *keep, size_t n_keep);

/* Whether its time is up.  One that reads is given more (proc(5), /proc/pid/io). */
bool helper_is_late(struct helper *h);

/* It has ended with this status, as waitpid() gives it: add its result to out.  0, or -1 where it has none: EIO. */
int helper_take(struct helper *h, int status, struct buf *out);

/* Kill it, and forget it. */
void helper_drop(struct helper *h);

/* All at once: start, wait, take; or drop when it is late.  0, or -1 with errno. */
int helper_run(helper_fn *work, void *context, const int *keep, size_t n_keep, struct buf *out);

#endif
