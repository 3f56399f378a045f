/* import: whole runs into a history. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/export/transfer.h"
#include "record/journal.h"
#include "record/recover.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/text.h"
#include "store/import.h"
#include "store/import_file.h"
#include "store/query_run.h"

static int import_main(struct cmd_context *ctx);

const struct cmd cmd_import = {
	.name = "import",
	.group = GROUP_KEEP,
	.summary = "take exported runs into the history, for reading",
	.usage = "import [--db=FILE] FILE...",
	.min_args = 1,
	.max_args = -1,
	.options = { OPT_DB },
	.main = import_main,
};

/* The number, and the name that means it. */
static int
add_run_number(struct buf *line, struct store *s, int64_t id, struct err *e)
{
	struct run_row run;
	int found = query_run(s, id, &run, e);

	if (found > 0) {
		buf_addf(line, "%" PRId64, id);
		if (run.imported_ns != 0 || run.name)
			buf_addf(line, " (%s%s%s)", run.imported_ns != 0 ? run.host : "",
				 run.imported_ns != 0 && run.name ? ":" : "", run.name ? run.name : "");
	}
	query_run_release(&run);
	return found < 0 ? -1 : 0;
}

/* Runs that were taken, or that were here: a few by their names, more by their number. */
static int
say_runs(struct store *s, const char *file, const char *what, const struct import_run *runs, size_t n, bool here,
	 struct err *e)
{
	enum { NAMED = 8 };
	struct buf line = BUF_INIT;
	size_t count = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (runs[i].here != here)
			continue;
		if (count++ < NAMED) {
			buf_addstr(&line, count > 1 ? ", " : "");
			rc = add_run_number(&line, s, runs[i].id, e);
		}
	}
	if (count > NAMED)
		buf_addf(&line, " and %zu more", count - NAMED);
	if (rc == 0 && count > 0)
		err_message("%s: %s %s %s", file, what, count == 1 ? "run" : "runs", line.data);
	buf_release(&line);
	return rc;
}

static void
say_contents(const char *file, const struct carried *c)
{
	struct buf size = BUF_INIT;

	text_add_size(&size, c->bytes);
	if (c->n > 0)
		err_message("%s: %" PRId64 " old content%s, %s", file, c->n, c->n == 1 ? "" : "s", size.data);
	if (c->n_missing > 0)
		err_message("%s: %" PRId64 " old content%s not in it", file, c->n_missing,
			    c->n_missing == 1 ? " is" : "s are");
	buf_release(&size);
}

/* One transaction: all of the file, or nothing. */
static int
import_transaction(struct store *s, struct import_file *f, const char *file, struct err *e)
{
	struct carry *carry = transfer_new(store_path(s));
	const struct import_run *runs;
	struct carried carried;
	size_t n;
	int rc = store_begin(s, e);

	if (rc == 0)
		rc = import_rows(f, s, clock_now_ns(), &runs, &n, e);
	if (rc == 0)
		rc = transfer_in(carry, f, s, &carried, e);
	if (rc == 0)
		rc = store_commit(s, e);
	if (rc < 0) {
		transfer_drop(carry);
		store_rollback(s);
	} else if (transfer_in_again(carry, f, s, e) < 0 || say_runs(s, file, "imported", runs, n, false, e) < 0 ||
		   say_runs(s, file, "here already:", runs, n, true, e) < 0) {
		rc = -1;
	} else {
		say_contents(file, &carried);
	}
	transfer_free(carry);
	return rc;
}

/* The history is made when there is something to put into it. */
static int
open_to_import(struct cmd_context *ctx, struct err *e)
{
	return ctx->store ? 0 : store_open(&ctx->store, ctx->history, STORE_WRITE, e);
}

/* What could not be stored when a run ended, or was cut short. */
static int
import_journal(struct cmd_context *ctx, const char *file, struct err *e)
{
	struct import_run run = { 0 };

	if (recover_check_given(file, e) < 0 || open_to_import(ctx, e) < 0 ||
	    recover_given(ctx->store, file, run_check_name, &run.id, &run.here, e) < 0)
		return -1;
	return say_runs(ctx->store, file, run.here ? "here already:" : "recorded", &run, 1, run.here, e);
}

static int
import_one(struct cmd_context *ctx, const char *file, struct err *e)
{
	struct import_file *f;
	int rc;

	if (journal_is_one(file))
		return import_journal(ctx, file, e);
	if (import_open(&f, file, run_check_name, e) < 0)
		return -1;
	rc = open_to_import(ctx, e);
	if (rc == 0)
		rc = import_transaction(ctx->store, f, file, e);
	import_close(f);
	return rc;
}

/* One that is refused does not keep the others out. */
static int
import_main(struct cmd_context *ctx)
{
	int status = EXIT_DONE;

	for (int i = 0; i < ctx->argc; i++) {
		struct err e = { 0 };

		if (import_one(ctx, ctx->argv[i], &e) == 0)
			continue;
		err_print(&e);
		status = EXIT_FAILED;
	}
	/* not before: a journal that is given may be one of this history's own */
	if (ctx->store)
		recover_all(ctx->store);
	return status;
}
