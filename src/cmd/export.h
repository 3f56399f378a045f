/* What the parts of export share: the runs that go out. */
#ifndef WT_CMD_EXPORT_H
#define WT_CMD_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/ui/run_arg.h"

struct exporting {
	struct cmd_context *ctx;
	struct run_ids runs;
	FILE *f;		/* of a text format */
};

/* Where --no-args is given: leave of the command in a row of a view what --no-args of run would record. */
struct row;
void export_drop_args(const struct exporting *x, struct row *r);

#endif
