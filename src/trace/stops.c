/* The stops and ends of tasks, in the order in which they are served. */
#include "config.h"

#include "trace/stops.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/list.h"

/* A stop more than one in so many costs a look that is of use where others wait alone. */
enum { UNLOOKED_MAX = 4 };

struct stop {
	pid_t tid;
	int status;
};

static pid_t
take_stop(struct stops *s, int flags)
{
	struct stop stop;

	stop.tid = waitpid(-1, &stop.status, __WALL | flags);
	if (stop.tid > 0)
		*LIST_ADD(s->taken, s->n) = stop;
	return stop.tid;
}

static void
take_others(struct stops *s)
{
	s->unlooked = 0;
	while (take_stop(s, WNOHANG) > 0)
		;
	s->several = s->n > 1;
}

pid_t
stops_next(struct stops *s, bool alone, int *status)
{
	if (!stops_any(s)) {
		s->n = s->served = 0;
		if (take_stop(s, 0) < 0)
			return -1;
		if (alone)
			s->several = false;
		else if (s->several || ++s->unlooked >= UNLOOKED_MAX)
			take_others(s);
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
	free(s->taken);
	memset(s, 0, sizeof(*s));
}
