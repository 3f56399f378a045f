/* The tracer from the inside, and its part that deals with calls; for loop.c and call.c. */
#ifndef WT_TRACE_CALL_H
#define WT_TRACE_CALL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ptrace.h>

#include "trace/tracee.h"
#include "trace/tracer.h"

struct tracer {
	const struct event_sink *sink;
	const struct tracer_hooks *hooks;
	bool filter;
	struct tracees tracees;
	pid_t command;		/* COMMAND's process */
	bool started;		/* COMMAND has been executed */
	bool proven;		/* a stop of the child has been seen */
	bool attached;		/* to what ran before, instead of COMMAND */
	bool attaching;		/* each is held at its first stop until all are */
	unsigned awaited;	/* tracees that are TRACEE_SEIZED */
	bool releasing;		/* each tracee goes on untraced from its next stop */
	int64_t deadline_ns;	/* monotonic: until when the attaching, or the releasing, waits for its tracees */
	bool active;		/* something happened since the last tick */
	unsigned orphans;
	unsigned long moves;	/* directories that have been moved */
	unsigned long stops;
	struct placement *placement;	/* while the loop goes */
	struct ask *before;	/* who is asked before connections; NULL: nobody.  Not ours. */
};

/* Something has happened that the next tick is to hand over. */
void tracer_note_activity(struct tracer *tr);

/* An entry stop: decode the call, and hand it over before it goes on if it is of interest. */
void call_enter(struct tracer *tr, struct tracee *t, const struct __ptrace_syscall_info *info);

/*
 * t's errand (trace/errand.h) has ended: go on with the call from where it was sent.  late: its helper has not
 * answered in time; else status is the helper's.  Then t is to be resumed.
 */
void call_errand_ended(struct tracer *tr, struct tracee *t, bool late, int status);

/* An exit stop: hand over the outcome of the call that t is in, if it is one that matters. */
void call_leave(struct tracer *tr, struct tracee *t, int64_t result, bool is_error);

/* t was held, and the answer is there: its call may go on, or is refused. */
void call_answer(struct tracee *t, bool allowed);

/* t is about to be gone: its call has no outcome that anybody hears of. */
void call_abandon(struct tracer *tr, struct tracee *t);

/* What was changed in a tracee's memory for clone3 is put back before the tracee can look. */
void call_restore_clone(struct tracee *t);

#endif
