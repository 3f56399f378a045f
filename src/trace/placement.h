/*
 * Tracer and tracee on one processor.  Between two stops one of them waits for the other; on two processors each stop
 * wakes the other processor twice, which costs more than what the tracer does in most stops.  Whom the kernel wakes it
 * puts on an idle processor wherever there is one, unless its own counts as idle: and it does where there is nobody
 * but a SCHED_IDLE task.  So the tracer becomes one, on its tracee's processor, while there are a thousand stops a
 * second or more, of one tracee at a time, and nobody else computes.  A thread beside looks every few milliseconds
 * whether that is still so: who else runs there goes before such a tracer, and a tracee that goes on at once comes back
 * before the tracer has looked at others.
 */
#ifndef WT_TRACE_PLACEMENT_H
#define WT_TRACE_PLACEMENT_H

#include <stdbool.h>
#include <sys/types.h>

struct placement;

/*
 * The calling thread is the tracer; load_file is "/proc/loadavg" (proc(5)) except in tests.  The thread is started with
 * the first few hundred stops, and ends at once where the rights for it are not there (base/processor.h).
 */
struct placement *placement_new(const char *load_file);

/* Ends the thread; the tracer's class and processors are what they were.  t may be NULL. */
void placement_free(struct placement *t);

/* A tracee has stopped, and has not been let go on yet; others wait to be served as well, or do not. */
void placement_stop(struct placement *t, pid_t tid, bool others_wait);

/* What one look sees. */
struct placement_look {
	unsigned long stops;	/* since the look before */
	long runnable;		/* tasks on the whole machine that run or could, the one that looks among them */
	bool waiting;		/* at each of the last stops others were to be served as well */
};

/* What is remembered of the looks before. */
struct placement_mind {
	bool on;
	unsigned dense;		/* looks in a row with many stops and nobody else */
	unsigned sparse;	/* looks in a row with few stops */
	unsigned crowded;	/* looks in a row with somebody else */
	unsigned age;		/* looks since it began */
	unsigned pause;		/* looks before it may begin again */
	unsigned next_pause;	/* and before it may after the next end */
};

enum placement_step { PLACEMENT_STAY, PLACEMENT_BEGIN, PLACEMENT_END, PLACEMENT_SLEEP };

/*
 * What to do after a look, on a machine of so many processors; pure.  PLACEMENT_SLEEP: there is nothing to look at until
 * stops come again.  A mind begins as zeroes.
 */
enum placement_step placement_decide(struct placement_mind *mind, const struct placement_look *look,
				     unsigned processors);

/* It was to begin, or to go on elsewhere, and cannot: not soon again. */
void placement_refused(struct placement_mind *mind);

#endif
