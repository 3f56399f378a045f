/* A run that is begun within another one, and joins that one's record. */
#ifndef WT_CMD_SESSION_JOINING_H
#define WT_CMD_SESSION_JOINING_H

#include "base/err.h"
#include "cmd/opts.h"

/*
 * Where a run traces this process already: become the command, as a part of that one's record.  0: none does.  Else the
 * status of `run`, where the command cannot be executed, or -1 with e set.
 */
int joining_run(char *const argv[], const struct options *opt, struct err *e);

#endif
