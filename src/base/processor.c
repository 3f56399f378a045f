/* The processor and the scheduling class of a thread. */
#include "config.h"

#include "base/processor.h"

#include <sched.h>
#include <stdatomic.h>

static cpu_set_t all;		/* those that we may use */
static atomic_bool remembered;	/* all is there */

bool
processor_remember(void)
{
	const struct sched_param none = { 0 };

	if (sched_getscheduler(0) != SCHED_OTHER || sched_getaffinity(0, sizeof(all), &all) < 0 || CPU_COUNT(&all) < 2 ||
	    sched_setscheduler(0, SCHED_IDLE, &none) < 0)
		return false;
	remembered = sched_setscheduler(0, SCHED_OTHER, &none) == 0;
	return remembered;
}

bool
processor_lend(pid_t tid, int cpu)
{
	const struct sched_param none = { 0 };
	cpu_set_t one;

	if (!remembered || cpu < 0 || cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &all))
		return false;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setscheduler(tid, SCHED_IDLE, &none) == 0 && sched_setaffinity(tid, sizeof(one), &one) == 0)
		return true;
	processor_ordinary(tid);
	return false;
}

void
processor_ordinary(pid_t tid)
{
	const struct sched_param none = { 0 };

	if (!remembered)
		return;
	(void)sched_setscheduler(tid, SCHED_OTHER, &none);
	(void)sched_setaffinity(tid, sizeof(all), &all);
}
