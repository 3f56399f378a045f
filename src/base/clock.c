/* Time, in nanoseconds. */
#include "config.h"

#include "base/clock.h"

int64_t
clock_ns(struct timespec ts)
{
	return (int64_t)((uint64_t)ts.tv_sec * (uint64_t)NS_PER_SECOND + (uint64_t)ts.tv_nsec);
}

/* The first second of ext4 and XFS: 1901-12-13. */
#define FIRST_NS (INT32_MIN * NS_PER_SECOND)

struct timespec
clock_timespec(int64_t ns)
{
	struct timespec ts = { .tv_sec = ns / NS_PER_SECOND, .tv_nsec = ns % NS_PER_SECOND };

	if (ns < FIRST_NS) {
		ts.tv_sec = (time_t)((uint64_t)ns / (uint64_t)NS_PER_SECOND);
		ts.tv_nsec = (long)((uint64_t)ns % (uint64_t)NS_PER_SECOND);
		return ts;
	}

	if (ts.tv_nsec < 0) {
		ts.tv_sec--;
		ts.tv_nsec += NS_PER_SECOND;
	}
	return ts;
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
