/* What is said of a record that the history could not take. */
#ifndef WT_CMD_SAVED_H
#define WT_CMD_SAVED_H

#include "audit/record.h"
#include "cmd/opts.h"

/* Behind a record_finish() that failed: see to it that a file has it, and say which, or that none has. */
void saved_say(struct record *r, const struct options *opt);

#endif
