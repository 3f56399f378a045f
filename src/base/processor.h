/* Which processor a thread of ours runs on, how much it counts there, and how both become again what they were. */
#ifndef WT_BASE_PROCESSOR_H
#define WT_BASE_PROCESSOR_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Keep what the calling thread has, for processor_ordinary().  False where a thread cannot be lent: there is one
 * processor alone for it, it has another class than SCHED_OTHER, or the way back from SCHED_IDLE is not open
 * (sched(7): CAP_SYS_NICE, or RLIMIT_NICE).  The last is tried: the caller must be a thread that only that is for.
 */
bool processor_remember(void);

/*
 * Bind a thread of ours to one of the processors that it may use, as SCHED_IDLE: whoever else is there goes first, and
 * to the kernel a processor with nobody else is an idle one (sched_idle_cpu() in kernel/sched/fair.c, since Linux 5.4).
 * False where that fails; then it is as it was.
 */
bool processor_lend(pid_t tid, int cpu);

/*
 * A thread (0: the calling one) has again what was remembered.  Does nothing where nothing was.  Children and new
 * threads inherit what processor_lend() sets: they call this first.  Safe in a child after fork(2).
 */
void processor_ordinary(pid_t tid);

#endif
