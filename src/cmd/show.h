/* The parts of show. */
#ifndef WT_CMD_SHOW_H
#define WT_CMD_SHOW_H

#include <stdbool.h>

#include "cmd/cmd.h"
#include "cmd/ui/output.h"
#include "store/query_run.h"

struct show {
	struct store *store;
	const struct options *opt;
	struct output out;
	struct run_row run;
	bool unfinished;	/* its changes are not known: it runs, or nobody has completed its record */
	bool dead;		/* unfinished, and its tracer is gone */
};

/* Each prints one kind of view.  0, or -1 with e set. */
int show_head(struct show *s, struct err *e);
int show_changes(struct show *s, struct err *e);
int show_json(struct show *s, struct err *e);
int show_processes(struct show *s, struct err *e);
int show_connections(struct show *s, struct err *e);

/*
 * Unified diffs of the text files that the run modified, of those alone that are at or below one of the paths, if
 * there are any.  0, 1 where some could not be read, which has been said, or -1 with e set.
 */
int show_diff(struct show *s, char *const paths[], size_t n_paths, struct err *e);

#endif
