/*
 * Undo and uninstall: from runs to a plan, from the plan to a run of its own.
 *
 * A second call takes the rest.  What earlier ones did to the same paths, whole or interrupted at any point, is
 * in the history like all else that was done: their rows are composed with those of the runs, so that what is
 * as it was before is done already, and the names that an interrupted one left are gone through with the rest.
 */
#ifndef WT_UNDO_UNDO_H
#define WT_UNDO_UNDO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "undo/paths.h"
#include "undo/plan.h"
#include "record/recorder.h"
#include "undo/survey.h"
#include "base/err.h"
#include "store/store.h"
#include "store/run.h"

struct undo {
	struct store *store;
	int64_t *ids;		/* the runs, ascending */
	size_t n;
	struct plan_wishes wishes;
	struct undo_paths paths;
	struct plan plan;
	int64_t run_id;		/* the run that does it; 0: none was needed */
	bool ended_early;	/* stop() ended the work */
};

/*
 * Look at the disk and make the plan; ids is copied.  survey's unseen and history are filled here.  undo_release() in
 * either case.  0, or -1 with e set.
 */
int undo_plan(struct undo *t, struct store *s, const int64_t *ids, size_t n,
	      const struct plan_wishes *wishes, const struct survey *survey, struct err *e);

struct undo_hooks {
	/* the reason for which a path was kept, or for which it is not as it was all the same, in words: a new string */
	char *(*reason)(void *context, const struct undo_path *p);
	void (*done)(void *context, int path);	/* as struct steps has it */
	bool (*stop)(void *context);
	/* the history did not take the record of it: recorder_save() may help */
	void (*unstored)(void *context, struct recorder *r);
	void *context;
};

/*
 * Do it, recorded as a run that begins as start says.  Where nothing is to be done there is no run.  Afterwards
 * the plan's counts are those of what came about.  0, also where paths were kept; -1 with e set where the
 * history failed.
 */
int undo_do(struct undo *t, const struct run_start *start, const struct undo_hooks *hooks,
	    struct err *e);

/* Whether something is left to be done, or was kept and is not accepted. */
bool undo_left_some(const struct undo *t);

void undo_release(struct undo *t);

#endif
