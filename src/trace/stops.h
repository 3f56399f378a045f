/*
 * The stops and ends of tasks, in the order in which they are served.  waitpid(2) gives that of the youngest tracee
 * first, again and again where that one is quick to stop anew, while others stay stopped: so now and then all that
 * there are are taken before the first of them is served, and as long as there were several, each time.
 */
#ifndef WT_TRACE_STOPS_H
#define WT_TRACE_STOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct stop;

/* Begins as zeroes. */
struct stops {
	struct stop *taken;
	size_t n;		/* taken and not all served yet */
	size_t served;		/* of these */
	unsigned unlooked;	/* stops in a row after which nobody looked for others */
	bool several;		/* the last look found others */
};

/*
 * Wait for the next one.  alone: there is but one task whose stop could come.  Its number, with *status as waitpid(2)
 * gives it; or -1 with errno, EINTR among them.
 */
pid_t stops_next(struct stops *s, bool alone, int *status);

/* Whether there are any that were taken and not served. */
bool stops_any(const struct stops *s);

void stops_release(struct stops *s);

#endif
