/* What happens between a tracee's entry stop and the outcome of its call. */
#ifndef WT_TRACE_CALL_H
#define WT_TRACE_CALL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ptrace.h>

#include "trace/tracer.h"

/* An entry stop: decode the call, and hand it over before it goes on if it is of interest. */
void call_enter(struct tracee *t, const struct __ptrace_syscall_info *info);

/*
 * t's errand (trace/errand.h) has ended: go on with the call from where it was sent.  late: its helper has not
 * answered in time; else status is the helper's.  Then t is to be resumed.
 */
void call_errand_ended(struct tracee *t, bool late, int status);

/* An exit stop: hand over the outcome of the call that t is in, if it is one that matters. */
void call_leave(struct tracee *t, int64_t result, bool is_error);

/* t was held, and the answer is there: its call may go on, or is refused. */
void call_answer(struct tracee *t, bool allowed);

/* A call of t has succeeded: say so where it has changed what it may not (trace/allow.h). */
void call_judge_success(const struct tracee *t, const struct call *c);

/* t is about to be gone: its call has no outcome that anybody hears of. */
void call_abandon(struct tracee *t);

/* What was changed in a tracee's memory for clone3 is put back before the tracee can look. */
void call_restore_clone(struct tracee *t);

/* Free what belongs to a call, whoever has made it. */
void call_release(struct call *call);

/* What a helper has seen has been made use of. */
void call_drop_seen(struct call *call);

#endif
