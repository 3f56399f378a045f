/*
 * The steps of a plan, done.  Each is an event like a tracee's call, handed to the recording sink before it
 * is done and when its outcome is known: so it is journalled ahead, what it would lose is kept, and a dead
 * undo is replayed like every dead run.
 *
 * All access starts from the directory's descriptor, opened without following any symbolic link
 * (openat2(2), RESOLVE_NO_SYMLINKS): whoever puts a link in the way gets an error, not our rights.
 */
#ifndef WT_UNDO_STEPS_H
#define WT_UNDO_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "undo/paths.h"
#include "undo/plan.h"
#include "record/recorder.h"

struct other_names;
struct room;

struct steps {
	struct undo_paths *b;
	const struct plan *plan;
	const struct event_sink *sink;
	struct recorder *record;		/* behind the sink */
	uint32_t image;			/* the process image that the events are of */
	const char *history;		/* for its pre-images */
	bool uninstall;
	const struct other_names *others;	/* steps_run() sees to these two */
	struct room *room;
	/* when a path's action is done */
	void (*done)(void *context, int path);
	/* asked before each step: true ends the work */
	bool (*stop)(void *context);
	void *context;
};

/*
 * Do all steps.  What cannot be done makes its path UNDO_KEEP with a reason, and the others go on.
 * False where stop() ended the work.
 */
bool steps_run(const struct steps *s);

#endif
