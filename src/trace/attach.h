/*
 * Taking hold of what runs already.
 *
 *     seize       each thread, while it runs on as it was (PTRACE_SEIZE)
 *     interrupt   all of them; each is held at its first stop
 *     end         when all are held, or have not stopped in time: only now nobody can open a file unseen, and
 *                 what each process has open is looked at.  Then all go on, stopping at every call
 */
#ifndef WT_TRACE_ATTACH_H
#define WT_TRACE_ATTACH_H

#include <stddef.h>

#include "trace/tracer.h"

/*
 * Without a filter, instead of tracer_seize(): take hold of processes that are running already, with all
 * their threads.  They run on as they were until tracer_loop(); then each is stopped for a moment.  0, or
 * -1 with e set to what forbids it; those that are held by then are let go when this process ends.  One that has ended
 * is left out, and hooks->left_out() told, while there is another.
 */
int attach_start(struct tracer *tr, const pid_t *pids, size_t n, struct err *e);

/* Begin to stop all that was seized.  The loop calls it, and from then on serves what stops. */
void attach_interrupt(struct tracer *tr);

/* Take hold of what has joined the control group that was asked for, as at the beginning; others are held for as long. */
void attach_joined(struct tracer *tr);

/* t has stopped, or is gone, as status (of waitpid(2)) says: it is not awaited any more. */
void attach_caught(struct tracee *t, int status);

/*
 * Of a tracee that our interrupt may have stopped, at an exit stop or PTRACE_EVENT_STOP: a call that returned EINTR
 * for it, and knows no restart, is entered again, unless a signal's handler runs first.  Async-signal-safe.
 */
void attach_restart_call(pid_t tid);

/* End the attaching if all are held, or the time is up. */
void attach_proceed(struct tracer *tr);

/* End it now. */
void attach_end(struct tracer *tr);

#endif
