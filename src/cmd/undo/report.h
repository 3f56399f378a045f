/* What undo and uninstall do, or would do, as rows and a tally. */
#ifndef WT_CMD_UNDO_REPORT_H
#define WT_CMD_UNDO_REPORT_H

#include <stdbool.h>

#include "undo/undo.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "cmd/ui/listing.h"

struct undo_report {
	const struct cmd_context *ctx;
	const struct undo *t;
	struct listing listing;
	int width;		/* of the column of actions */
	long long n_removed, n_rmdir, n_restored;
};

/* Open the output.  0, or -1 with e set. */
int undo_report_begin(struct undo_report *r, const struct cmd_context *ctx, const struct undo *t, struct err *e);

/* As struct undo_hooks has them; the context is the report. */
void undo_report_done(void *report, int path);
char *undo_report_reason(void *report, const struct undo_path *p);
void undo_report_unstored(void *report, struct recorder *record);

/* The rows of a plan that is not executed, in the order in which it would be. */
void undo_report_plan(struct undo_report *r);

/*
 * What was kept, and the tally; title names the runs.  rc and e are what the work ended with; returned, or -1
 * with e set where the rows could not be written.
 */
int undo_report_end(struct undo_report *r, const char *title, int rc, struct err *e);

/* The command's exit status: 1 where something was kept or is left to be done. */
int undo_report_status(const struct undo_report *r, const struct undo *t);

#endif
