/* The processor and the scheduling class of a thread. */
#include "config.h"

#include "base/processor.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>

enum { NICE_LEAST = -20 };

/*
 * The process's own: a child or a thread that inherits what was lent gives it back wherever it begins, and nobody hands
 * it a struct there.
 */
static cpu_set_t all;		/* those that we may use */
static atomic_bool remembered;	/* they are there */
static atomic_bool lent;	/* a thread is, or was */

static cpu_set_t unbound;	/* those that we may use apart from processor_bind() */
static bool bound;

/* SCHED_IDLE itself would be no way to ask: beside others one that cannot leave it may not even end soon. */
static bool
may_come_back(void)
{
	int nice;

	errno = 0;
	nice = getpriority(PRIO_PROCESS, 0);
	if (errno != 0 || nice == NICE_LEAST || setpriority(PRIO_PROCESS, 0, nice - 1) < 0)
		return false;
	(void)setpriority(PRIO_PROCESS, 0, nice);
	return true;
}

bool
processor_remember(void)
{
	remembered = sched_getscheduler(0) == SCHED_OTHER && sched_getaffinity(0, sizeof(all), &all) == 0 &&
		     CPU_COUNT(&all) > 1 && may_come_back();
	return remembered;
}

bool
processor_lend(pid_t tid, int cpu)
{
	const struct sched_param none = { 0 };
	cpu_set_t one;

	if (!remembered)
		return false;
	lent = true;
	CPU_ZERO(&one);
	if (cpu >= 0 && cpu < CPU_SETSIZE && CPU_ISSET(cpu, &all)) {
		CPU_SET(cpu, &one);
		if (sched_setscheduler(tid, SCHED_IDLE, &none) == 0 && sched_setaffinity(tid, sizeof(one), &one) == 0)
			return true;
	}
	processor_ordinary(tid);
	return false;
}

void
processor_ordinary(pid_t tid)
{
	const struct sched_param none = { 0 };

	if (!lent)
		return;
	(void)sched_setscheduler(tid, SCHED_OTHER, &none);
	(void)sched_setaffinity(tid, sizeof(all), &all);
}

int
processor_bind(void)
{
	cpu_set_t one;
	int cpu = sched_getcpu();

	if (cpu < 0 || sched_getaffinity(0, sizeof(unbound), &unbound) < 0)
		return -1;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one) < 0)
		return -1;
	bound = true;
	return 0;
}

void
processor_unbind(void)
{
	if (bound)
		(void)sched_setaffinity(0, sizeof(unbound), &unbound);
}
