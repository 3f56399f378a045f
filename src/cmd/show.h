/* The parts of show. */
#ifndef WT_CMD_SHOW_H
#define WT_CMD_SHOW_H

#include <stdbool.h>

#include "cmd/cmd.h"
#include "cmd/output.h"
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

#endif
