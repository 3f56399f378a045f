/*
 * Where a run goes on whose history goes away under it, as `rm -rf ~` takes an ordinary user's: its journal and its old
 * contents are then PLACE/writetrace-UUID.journal and .objects, in the first place for temporary files (file/temporary.h)
 * that can be used, and import takes both.
 */
#ifndef WT_RECORD_REFUGE_H
#define WT_RECORD_REFUGE_H

#include <stdbool.h>

#include "base/err.h"
#include "event.h"

struct journal;
struct objects;

struct refuge {
	const char *history;	/* borrowed */
	char *uuid;		/* owned */
	struct objects *store;
	struct journal *journal;
	char *base;		/* PLACE/writetrace-UUID; NULL: all is beside the history.  Owned. */
	unsigned next_place;	/* to be tried */
	unsigned n_lost;	/* old contents that could not be taken along */
};

void refuge_release(struct refuge *r);

/* Whether a path is of a place where the run has gone on, or had and is still being removed there. */
bool refuge_is_own(const struct refuge *r, const char *path);

/*
 * What the call, which has not gone on, would take away of what the run has kept: the path of its that says so; NULL:
 * nothing.  Costs no system call.
 */
const char *refuge_threat(const struct refuge *r, const struct call *c);

/*
 * Go on elsewhere, not below going (NULL: wherever that is).  0, or -1: there is no place, and what could not be taken
 * along is where it was.
 */
int refuge_take(struct refuge *r, const char *going);

/* The history is there after all: the contents belong beside it.  0, or -1 with e set: they are where they were. */
int refuge_return(struct refuge *r, struct err *e);

/*
 * The history is not there, and the journal will be all that is: see to it that the contents are not with the history.
 * The directory that has them, for the caller to free; NULL: there are none, or they are beside the history.
 */
char *refuge_leave_contents(struct refuge *r, bool history_is_there);

#endif
