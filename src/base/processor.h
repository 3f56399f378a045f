/* Which processor a thread of ours runs on, how much it counts there, and how both become again what they were. */
#ifndef WT_BASE_PROCESSOR_H
#define WT_BASE_PROCESSOR_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Keep what the calling thread has, for processor_ordinary().  False where a thread should not be lent: there is one
 * processor alone for it, it has another class than SCHED_OTHER, or the way back from SCHED_IDLE is not open (sched(7):
 * CAP_SYS_NICE, or RLIMIT_NICE).  The last is asked by way of the nice value, of which a thread that may not come back
 * keeps nothing (setpriority(2)).
 */
bool processor_remember(void);

/*
 * Bind a thread of ours to one of the processors that it may use, as SCHED_IDLE: who else is there in its scheduling
 * group goes first, and to the kernel a processor with nobody else is an idle one (sched_idle_cpu() in
 * kernel/sched/fair.c, since Linux 5.4).  False where that fails; the thread is then what processor_ordinary() makes it.
 */
bool processor_lend(pid_t tid, int cpu);

/*
 * A thread (0: the calling one) has again what was remembered, where any was ever lent; what somebody else has bound it
 * to in between is lost.  Children and new threads inherit what processor_lend() sets: they call this first.  Safe in a
 * child after fork(2).
 */
void processor_ordinary(pid_t tid);

/*
 * Bind the calling thread, and with it whomever it makes from now on, to the processor that it runs on.  -1 with errno where
 * that is refused.
 */
int processor_bind(void);

/* The calling thread may use again what it could before processor_bind(), in this process or in the one that made it. */
void processor_unbind(void);

#endif
