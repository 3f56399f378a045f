/* Time, in nanoseconds since 1970 UTC. */
#ifndef WT_BASE_CLOCK_H
#define WT_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_SECOND INT64_C(1000000000)

int64_t clock_now_ns(void);
/* Nanoseconds of the monotonic clock: for durations. */
int64_t clock_monotonic_ns(void);
/*
 * Times after 2262-04-11 are more than the number holds, and go on from its lower end up to 1901-12-13, which stands for
 * 2486-07-02: before that day ext4 and XFS know no times, and after it XFS none.
 */
int64_t clock_ns(struct timespec ts);
/* The reverse: the part of a second is never negative. */
struct timespec clock_timespec(int64_t ns);

#endif
