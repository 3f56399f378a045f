/* What the loop lends to those who begin and end the tracing (attach.c, release.c). */
#ifndef WT_TRACE_LOOP_H
#define WT_TRACE_LOOP_H

#include <sys/ptrace.h>

#include "trace/call.h"

/* What is asked for of every tracee. */
enum {
	TRACER_OPTIONS = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
		       PTRACE_O_TRACESYSGOOD,
};

/*
 * A stopped tracee goes on, a signal delivered to it if there is one; or stays in its group-stop.  While tr
 * is attaching it is held instead, and while tr is releasing it goes on untraced.
 */
void tracer_resume(const struct tracer *tr, struct tracee *t, int signal);
void tracer_listen(const struct tracer *tr, struct tracee *t);

/* Tell of a new image of p, of which tid is a thread; fills what start says of the process itself. */
void tracer_tell_image(struct tracer *tr, struct process *p, pid_t tid, struct process_start *start);

#endif
