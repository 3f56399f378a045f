/*
 * What is held of a call's targets while the kernel makes it, and what that then says of a success.  Between our look
 * at entry and the kernel's own a link or a directory on the way may have been exchanged, or the path's text: what was
 * looked at has to show what the call does.
 */
#ifndef WT_TRACE_WITNESS_H
#define WT_TRACE_WITNESS_H

#include <stdbool.h>
#include <time.h>

#include "event.h"

/* Begins as zeroes. */
struct witness {
	bool is_held;
	int fd;			/* of target[0]; O_PATH, -1 where it is not needed */
	int dir_fd[2];		/* of the directories that hold the names; the same */
	struct shared_fd *dir_shared[2];	/* whose they are; NULL: our own */
	struct timespec since;	/* when the call went on, by the clock that stamps files */
};

enum testimony {
	WITNESS_CONFIRMS,	/* what was looked at has become what the call makes of it */
	WITNESS_UNSURE,		/* it need not show, or somebody has been there since */
	WITNESS_MISSES,		/* something is not where it should be: somebody else may have made it, or taken it away */
	WITNESS_DENIES,		/* it is as it was: the call was about something else */
};

/* Keep what the call's outcome will be told by; its targets lose those descriptors. */
void witness_hold(struct witness *w, struct call *c);

/* A call that has succeeded; length is what truncate(2) was asked for, -1 where that is not known. */
enum testimony witness_hear(const struct witness *w, const struct call *c, int64_t length);

/* Whether what a state shows was done, or may have been, since the call went on. */
bool witness_is_since(const struct witness *w, const struct stat *st);

/* Close what is held. */
void witness_dismiss(struct witness *w);

#endif
