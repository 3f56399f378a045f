/* What the parts of show share. */
#ifndef WT_CMD_SHOW_H
#define WT_CMD_SHOW_H

#include <stdbool.h>

#include "cmd/cmd.h"
#include "cmd/ui/output.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/typed_path.h"
#include "store/query_run.h"

struct package_owners;

struct show {
	struct store *store;
	const struct options *opt;
	struct output out;
	struct run_ids ids;	/* the runs, to be taken as one; owned */
	struct typed_paths paths;	/* only what these mean; none: all */
	struct run_row run;
	struct package_owners *owners;	/* --owners: who has what is shown; NULL: nobody asks.  Owned. */
	bool unfinished;	/* its changes are not known: nobody has completed its record, or it runs and cannot be asked */
	bool dead;		/* unfinished, and its tracer is gone */
};

#endif
