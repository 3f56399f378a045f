/*
 * The stops and ends of tasks, in the order in which they are served.  waitpid(2) gives that of the youngest tracee
 * first, again and again where that one is quick to stop anew, while others stay stopped: so now and then all that
 * there are are taken before the first of them is served, and as long as there were several, each time.
 *
 * waitpid(2) for anybody goes through all tracees, twice where it has to wait.  In a crowd, of which most do nothing for
 * long, SIGCHLD tells who has stopped, and who has lately is looked for by his number.  The signals of those that stop at
 * the same time become one (signal(7)), so that everybody is looked at as well: as often as costs a sixteenth of the time,
 * a moment after the last stop, and each quarter of a second.
 */
#ifndef WT_TRACE_STOPS_H
#define WT_TRACE_STOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct stop;

/* Begins as zeroes. */
struct stops {
	struct stop *taken;
	size_t n;		/* taken and not all served yet */
	size_t served;		/* of these */
	unsigned unlooked;	/* stops in a row after which nobody looked for others */
	bool several;		/* the last look found others */
	bool crowd;		/* there are many tasks: SIGCHLD is blocked, and comes for each stop (trace/signals.h) */
	pid_t recent[8];	/* of a crowd, who has stopped lately; 0: nobody */
	unsigned next_recent;	/* whose place the next one takes */
	int64_t due_ns;		/* monotonic: when all of a crowd are looked at again */
	int64_t patience_ns;	/* how long a crowd's next signal is waited for */
};

/*
 * Wait for the next one.  tasks: how many there are whose stop could come.  Its number, with *status as waitpid(2) gives it;
 * or -1 with errno, EINTR among them.
 */
pid_t stops_next(struct stops *s, unsigned tasks, int *status);

/* Whether there are any that were taken and not served. */
bool stops_any(const struct stops *s);

/* Those that were not served are forgotten; SIGCHLD is what it was.  May be called again. */
void stops_release(struct stops *s);

#endif
