/* Time, in nanoseconds. */
#include "config.h"

#include "base/clock.h"

int64_t
clock_ns(struct timespec ts)
{
	return (int64_t)((uint64_t)ts.tv_sec * (uint64_t)NS_PER_SECOND) + ts.tv_nsec;
}

static int64_t
now(clockid_t id)
{
	struct timespec ts = { 0 };

	clock_gettime(id, &ts);		/* cannot fail: the clock exists and ts is ours */
	return clock_ns(ts);
}

int64_t
clock_now_ns(void)
{
	return now(CLOCK_REALTIME);
}

int64_t
clock_monotonic_ns(void)
{
	return now(CLOCK_MONOTONIC);
}
