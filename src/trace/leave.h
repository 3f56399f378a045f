/*
 * Tracees that are left behind under the filter: their calls go on, and nobody looks at them any more.  None can be
 * let go: without a tracer what the filter sends to one fails with ENOSYS.
 */
#ifndef WT_TRACE_LEAVE_H
#define WT_TRACE_LEAVE_H

#include <stdbool.h>
#include <sys/types.h>

#include "trace/tracer.h"

/*
 * From now on calls go on unrecorded; a blind spot of each process says so.  tracer_loop() ends as soon as no recorded
 * call is under way, or after a moment, with tracees left: leave_serve() must follow at once, in the same thread.
 */
void leave_start(struct tracer *tr);

/* At a call's stop that our filter has asked for: what must be done so that a child of it is traced too. */
void leave_call(pid_t tid, const struct __ptrace_syscall_info *info);

/* For the loop: whether it may end; and that it ends. */
bool leave_is_done(struct tracer *tr);
void leave_hand_over(struct tracer *tr);

/*
 * Let the calls of all tracees of this thread go on, and those of their descendants.  Needs no tracer, and nothing
 * that came before an exec(2) of this process.  enough is asked after each wait: ended is a child or tracee that has
 * ended, with its status as waitpid(2) gives it, or 0.  True: it had enough; false: nobody is left.
 */
bool leave_serve(bool (*enough)(void *context, pid_t ended, int status), void *context);

#endif
