/*
 * Errands: what a stopped tracee's call is about lies on a mount that is not ours to touch (mount/remote.h),
 * so a helper process looks, while the tracee stays stopped and the loop serves the others.  The stop is
 * handed over as a whole: the helper, a copy of us, decodes the call again, now touching all, from the same
 * bytes of the tracee's memory; it also lets the sink look at what that will have to know.  What it found
 * comes back as a struct call with what was seen, and the loop goes on from there as if it had looked itself.
 *
 *     entry stop   decode: remote -> errand   ...others are served...   it ends: enter(), the call goes on
 *     entry stop   decode: memory late -> errand ...                    it ends: decode from what it has read
 *     exit stop    opened: remote -> errand   ...                       it ends: leave(), the tracee goes on
 *
 * So it goes with arguments that lie in memory which somebody else serves (trace/memory.h).
 *
 * A tracee has one errand at a time, and nothing about it is done meanwhile; its death ends the errand.  A
 * helper that gives no answer in time is killed and not waited for: the call goes on, with a blind spot
 * `mount`.
 */
#ifndef WT_TRACE_ERRAND_H
#define WT_TRACE_ERRAND_H

#include <stdbool.h>

#include "base/buf.h"
#include "trace/tracer.h"

enum errand_stage {
	ERRAND_ENTER,		/* nothing has happened yet */
	ERRAND_LEAVE,		/* t->call has succeeded */
	ERRAND_MEMORY,		/* nothing has happened yet, and its arguments in memory have not been read */
};

/* What it has brought. */
enum errand_outcome {
	ERRAND_ANSWERED,
	ERRAND_POINTLESS,	/* seen from near, the call is of no interest */
	ERRAND_UNANSWERED,
};

struct errand;

/*
 * Send a helper for t's call; result is the call's, at its exit stop.  The tracee is not resumed until
 * tracer_loop() has taken the answer.  False if no helper can be had.
 */
bool errand_start(struct tracee *t, enum errand_stage stage, int64_t result);

enum errand_stage errand_stage(const struct errand *errand);

/* The tracee whose helper has this pid; NULL if there is none. */
struct tracee *errand_by_helper(const struct tracer *tr, pid_t pid);

/* The next tracee whose helper is late, if any. */
struct tracee *errand_late(const struct tracer *tr);

/*
 * End t's errand, whose helper has ended with status, or is late (late).  call is filled from the answer, for
 * call_release(), and points into text, which the caller releases after it; at ERRAND_LEAVE opened and what
 * was seen alone.
 */
enum errand_outcome errand_finish(struct tracee *t, bool late, int status, struct call *call, struct buf *text);

/* The same of an errand of ERRAND_MEMORY: what was read is what t's memory keeps.  False: nothing was, and nothing is. */
bool errand_finish_memory(struct tracee *t, bool late, int status);

/* Nobody waits for it any more. */
void errand_cancel(struct tracee *t);

/* Whether what the call is about has to be looked at by a helper. */
bool errand_needed(const struct call *call);

/*
 * An errand that everything waits for, for when no tracee but t is there that could be the server: the target
 * of a descriptor of t's.  The call is filled as above.
 */
enum errand_outcome errand_descriptor(const struct tracee *t, int fd, struct call *call,
				      struct buf *text);

#endif
