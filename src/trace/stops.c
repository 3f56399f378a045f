/* The stops and ends of tasks, in the order in which they are served. */
#include "config.h"

#include "trace/stops.h"

#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "trace/signals.h"

/* A stop more than one in so many costs a look that is of use where others wait alone. */
enum { UNLOOKED_MAX = 4 };

/* So many tasks are a crowd, and until half of them are left. */
enum { CROWD_MIN = 64 };

/* Between two looks at all of a crowd: at least so long, so many times what one took, and how far waiting may grow. */
#define CROWD_LOOK_NS (NS_PER_SECOND / 1000)
#define CROWD_PATIENCE_NS (NS_PER_SECOND / 4)
enum { CROWD_SHARE = 16, CROWD_WORTH = 16 };

struct stop {
	pid_t tid;
	int status;
};

static pid_t
take_stop(struct stops *s, pid_t who, int flags)
{
	struct stop stop;

	stop.tid = waitpid(who, &stop.status, __WALL | flags);
	if (stop.tid > 0)
		*LIST_ADD(s->taken, s->n) = stop;
	return stop.tid;
}

/* -1 with errno where there is nobody at all, else 0. */
static int
take_all(struct stops *s)
{
	pid_t tid;

	do
		tid = take_stop(s, -1, WNOHANG);
	while (tid > 0);
	return s->n > 0 ? 0 : (int)tid;
}

static void
take_others(struct stops *s)
{
	s->unlooked = 0;
	(void)take_all(s);
	s->several = s->n > 1;
}

static int
wait_for_any(struct stops *s, unsigned tasks)
{
	if (take_stop(s, -1, 0) < 0)
		return -1;
	if (tasks == 1)
		s->several = false;
	else if (s->several || ++s->unlooked >= UNLOOKED_MAX)
		take_others(s);
	return 0;
}

static void
note_recent(struct stops *s, pid_t tid)
{
	for (size_t i = 0; i < ARRAY_SIZE(s->recent); i++) {
		if (s->recent[i] == tid)
			return;
	}
	s->recent[s->next_recent] = tid;
	s->next_recent = (s->next_recent + 1) % ARRAY_SIZE(s->recent);
}

static void
take_recent(struct stops *s)
{
	s->unlooked = 0;
	for (size_t i = 0; i < ARRAY_SIZE(s->recent); i++) {
		if (s->recent[i] != 0 && take_stop(s, s->recent[i], WNOHANG) < 0)
			s->recent[i] = 0;	/* it has ended */
	}
	s->several = s->n > 1;
}

/* Where that finds a good part of them it is worth its time, and done again at once. */
static int
look_at_crowd(struct stops *s, unsigned tasks)
{
	int64_t began = clock_monotonic_ns(), now;
	int rc = take_all(s);

	now = clock_monotonic_ns();
	s->due_ns = s->n * CROWD_WORTH >= tasks ? now : now + MAX(CROWD_LOOK_NS, (now - began) * CROWD_SHARE);
	for (size_t i = 0; i < s->n; i++)
		note_recent(s, s->taken[i].tid);
	if (s->n > 0)
		s->several = s->n > 1;
	return rc;
}

static int
wait_for_told(struct stops *s)
{
	pid_t told = signals_await_stop(s->patience_ns);

	if (told < 0)
		return -1;
	if (told == 0) {
		s->due_ns = 0;
		s->patience_ns = MIN(s->patience_ns * 2, CROWD_PATIENCE_NS);
		return 0;
	}
	if (take_stop(s, told, WNOHANG) > 0)
		note_recent(s, told);
	if (s->several || ++s->unlooked >= UNLOOKED_MAX)
		take_recent(s);
	return 0;
}

static int
wait_in_crowd(struct stops *s, unsigned tasks)
{
	while (s->n == 0) {
		int rc = clock_monotonic_ns() >= s->due_ns ? look_at_crowd(s, tasks) : 0;

		if (rc == 0 && s->n == 0)
			rc = wait_for_told(s);
		if (rc < 0)
			return -1;
	}
	s->patience_ns = CROWD_LOOK_NS;
	return 0;
}

static void
note_crowd(struct stops *s, unsigned tasks)
{
	bool crowd = tasks >= (s->crowd ? CROWD_MIN / 2 : CROWD_MIN);

	if (crowd == s->crowd)
		return;
	s->crowd = crowd;
	s->due_ns = 0;		/* nobody has told of those that have stopped by now */
	s->patience_ns = CROWD_LOOK_NS;
	memset(s->recent, 0, sizeof(s->recent));
	signals_tell_stops(crowd);
}

pid_t
stops_next(struct stops *s, unsigned tasks, int *status)
{
	if (!stops_any(s)) {
		s->n = s->served = 0;
		note_crowd(s, tasks);
		if ((s->crowd ? wait_in_crowd(s, tasks) : wait_for_any(s, tasks)) < 0)
			return -1;
	}
	*status = s->taken[s->served].status;
	return s->taken[s->served++].tid;
}

bool
stops_any(const struct stops *s)
{
	return s->served < s->n;
}

void
stops_release(struct stops *s)
{
	if (s->crowd)
		signals_tell_stops(false);
	free(s->taken);
	memset(s, 0, sizeof(*s));
}
