/* What the parts of show share. */
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

#endif
