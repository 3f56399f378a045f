/* export: whole runs out of a history. */
#include "config.h"

#include "cmd/export.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/export/ndjson.h"
#include "cmd/export/postgresql.h"
#include "cmd/export/transfer.h"
#include "base/mem.h"
#include "base/quote.h"
#include "cmd/ui/new_file.h"
#include "cmd/ui/output.h"
#include "cmd/ui/row.h"
#include "cmd/ui/text.h"
#include "store/export.h"
#include "store/query_run.h"
#include "store/query_view.h"

static int export_main(struct cmd_context *ctx);

const struct cmd cmd_export = {
	.name = "export",
	.group = GROUP_KEEP,
	.summary = "write whole runs to a file, for other histories and machines",
	.usage = "export [OPTION...] [RUN...]",
	.needs = CMD_DB_READ,
	.formats = FORMATS(FORMAT_HISTORY) | FORMATS(FORMAT_NDJSON) | FORMATS(FORMAT_POSTGRESQL),
	.max_args = -1,
	.options = { OPT_ALL_RUNS, OPT_FORMAT, OPT_NO_ARGS, OPT_OUTPUT, OPT_SINCE, OPT_WITH_CONTENTS, OPT_DB },
	.main = export_main,
};

/* What is said at the end. */
struct exported {
	int64_t n_paths;
	struct carried contents;
};

static int
check_export_options(const struct cmd_context *ctx, struct err *e)
{
	const struct options *o = &ctx->opt;
	bool history = o->format == FORMAT_HISTORY;

	if (ctx->argc == 0 && !o->since && !o->all)
		return err_set(e, ERR_USAGE, "export: which runs?  They are never guessed: writetrace export last "
			       "takes the newest, --all takes all of them");
	if ((ctx->argc > 0 || o->since) && o->all)
		return err_set(e, ERR_USAGE, "export: --all and RUN contradict each other");
	if (history && (!o->output || strcmp(o->output, "-") == 0))
		return err_set(e, ERR_USAGE, "export: -o FILE says where the file is to be made; "
			       "only --format=ndjson and postgresql go to standard output");
	if (!history && o->with_contents)
		return err_set(e, ERR_USAGE, "export: --pre-images are for --format=history alone");
	return 0;
}

/* --- which runs --- */

/* Those that have ended. */
static int
choose_all(struct exporting *x, struct err *e)
{
	struct cursor *c;
	int more;

	if (query_runs(x->ctx->store, &c, e) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0) {
		int64_t id = cursor_int(c, 0);

		if (run_arg_ended(x->ctx->store, id, e) == 0)
			run_arg_ids_add(&x->runs, id);
		else if (e->code == ERR_INPUT)
			err_message("%s: it is left out", e->text);
		else
			break;
	}
	cursor_close(c);
	if (more == 0 && x->runs.n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no run to export in history %s", store_path(x->ctx->store));
	return more == 0 ? 0 : -1;
}

static int
choose_exported(struct exporting *x, struct err *e)
{
	const struct cmd_context *ctx = x->ctx;

	if (run_arg_newest(ctx->store, ctx->argv, (size_t)ctx->argc, ctx->opt.since, &x->runs, e) < 0)
		return -1;
	for (size_t i = 0; i < x->runs.n; i++) {
		if (run_arg_ended(ctx->store, x->runs.v[i], e) < 0)
			return -1;
	}
	return 0;
}

/* --- what goes out --- */

void
export_drop_args(const struct exporting *x, struct row *r)
{
	struct field *command = NULL;

	for (size_t i = 0; x->ctx->opt.no_args && i < r->n; i++) {
		if (strcmp(r->f[i].name, "command") == 0)
			command = &r->f[i];
	}
	if (!command || !command->text)
		return;
	if (row_get(r, "program")->text)
		*command = (struct field){ command->name, CURSOR_TEXT, 0, row_get(r, "program")->text,
					   row_get(r, "program")->len };
	else
		command->len = quote_word_len(command->text);
}

static int
write_history(const struct exporting *x, const char *file, struct exported *out, struct err *e)
{
	const struct options *o = &x->ctx->opt;
	const struct export_options options = { .no_args = o->no_args, .contents = o->with_contents };
	struct export_file *to;
	int rc = 0;

	if (export_begin(&to, file, x->ctx->store, &options, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < x->runs.n; i++)
		rc = export_run(to, x->runs.v[i], e);
	if (rc == 0 && o->with_contents)
		rc = transfer_out(to, x->ctx->store, &out->contents, e);
	if (rc == 0)
		rc = export_end(to, &out->n_paths, e);
	export_free(to);
	return rc;
}

static int
write_text(struct exporting *x, struct exported *out, struct err *e)
{
	if (query_count_paths(x->ctx->store, x->runs.v, x->runs.n, &out->n_paths, e) < 0)
		return -1;
	return x->ctx->opt.format == FORMAT_NDJSON ? export_ndjson(x, e) : export_postgresql(x, e);
}

/* The stream's own descriptor: new_file keeps the other. */
static int
write_text_to(struct exporting *x, int fd, const char *name, struct exported *out, struct err *e)
{
	int own = dup(fd);
	int rc;

	x->f = own < 0 ? NULL : fdopen(own, "w");
	if (!x->f) {
		err_system(e, "cannot write %s", name);
		if (own >= 0)
			close(own);
		return -1;
	}
	rc = write_text(x, out, e);
	errno = EIO;
	if ((ferror(x->f) || fflush(x->f) != 0) && rc == 0)
		rc = err_system(e, "cannot write %s", name);
	fclose(x->f);
	return rc;
}

static int
write_file(struct exporting *x, struct exported *out, struct err *e)
{
	const char *name = x->ctx->opt.output;
	struct new_file n = NEW_FILE_INIT;
	int rc = new_file_begin(&n, name, e);

	if (rc == 0 && x->ctx->opt.format == FORMAT_HISTORY)
		rc = write_history(x, n.temporary, out, e);
	else if (rc == 0)
		rc = write_text_to(x, n.fd, name, out, e);
	if (rc == 0)
		rc = new_file_end(&n, e);
	new_file_release(&n);
	return rc;
}

/* What leaves the machine should be no surprise. */
static void
put_exported(const struct exporting *x, const struct exported *out)
{
	const struct options *o = &x->ctx->opt;
	struct buf line = BUF_INIT;

	text_add_count(&line, (int64_t)x->runs.n, "run", "runs");
	buf_addstr(&line, ", ");
	text_add_count(&line, out->n_paths, "path", "paths");
	buf_addf(&line, ", %s arguments, ", o->no_args ? "without" : "with");
	if (o->with_contents) {
		text_add_count(&line, out->contents.n, "old content (", "old contents (");
		text_add_size(&line, out->contents.bytes);
		buf_addch(&line, ')');
	} else {
		buf_addstr(&line, "without old contents");
	}
	if (out->contents.n_missing > 0)
		buf_addf(&line, "; %" PRId64 " more are gone or damaged", out->contents.n_missing);
	err_message("exported to %s: %s", o->output && strcmp(o->output, "-") != 0 ? o->output : "standard output",
		    line.data);
	buf_release(&line);
}

static int
export_runs(struct exporting *x, struct err *e)
{
	const char *output = x->ctx->opt.output;
	struct exported out = { 0 };
	int rc;

	if (check_export_options(x->ctx, e) < 0)
		return -1;
	if ((x->ctx->opt.all ? choose_all(x, e) : choose_exported(x, e)) < 0)
		return -1;
	if (!output || strcmp(output, "-") == 0) {
		output_stdout(&x->f, &x->ctx->opt);
		rc = write_text(x, &out, e);
		if (x->f != stdout)
			fclose(x->f);
	} else {
		rc = write_file(x, &out, e);
	}
	if (rc == 0)
		put_exported(x, &out);
	return rc;
}

static int
export_main(struct cmd_context *ctx)
{
	struct exporting x = { .ctx = ctx };
	int rc = export_runs(&x, &ctx->err);

	run_arg_ids_release(&x.runs);
	return rc < 0 ? -1 : EXIT_DONE;
}
