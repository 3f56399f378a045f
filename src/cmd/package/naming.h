/* What a package is called where its maker does not say: by the runs' name, and where it ends so, the version in it. */
#ifndef WT_CMD_PACKAGE_NAMING_H
#define WT_CMD_PACKAGE_NAMING_H

#include <stdint.h>

#include "base/err.h"
#include "cmd/opts.h"
#include "cmd/ui/run_arg.h"
#include "store/store.h"

struct naming {
	char *name, *version;	/* each a word that can be in the name of a file; owned */
	char *command;		/* what the newest run ran; owned */
	int64_t ended_ns;	/* when it ended */
};

/* By --name and --version, and by the newest of the runs.  naming_release() in either case.  0, or -1 with e set. */
int naming_of(struct naming *n, struct store *s, const struct run_ids *runs, const struct options *o, struct err *e);
void naming_release(struct naming *n);

/* The name and the version of "hello-2.12"; what is there already stays. */
void naming_split(struct naming *n, const char *text);

#endif
