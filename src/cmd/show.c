/* show: one run: what it was, what to look at, and a line per changed path. */
#include "config.h"

#include "cmd/show.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/show/changes.h"
#include "cmd/show/diff.h"
#include "cmd/show/head.h"
#include "cmd/show/json.h"
#include "cmd/show/processes.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/printer.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/typed_path.h"
#include "store/query_change.h"

static int show_main(struct cmd_context *ctx);

const struct cmd cmd_show = {
	.name = "show",
	.group = GROUP_LOOK,
	.summary = "show a run: its command, what to look at, and the paths that it changed",
	.usage = "show [OPTION...] [RUN [PATH...]]",
	.needs = CMD_DB_READ,
	.formats = FORMATS_PATHS,
	.max_args = -1,
	.options = { OPT_SUMMARY, OPT_ALL, OPT_PROCESSES, OPT_CONNECTIONS, OPT_DIFF, OPT_FORMAT, OPT_NULL, OPT_OUTPUT,
		     OPT_COLOR, OPT_ONLY, OPT_EXCEPT, OPT_DB },
	.main = show_main,
};

static int
show_text(struct show *s, struct err *e)
{
	if (s->opt->processes)
		return show_processes(s, e);
	if (s->opt->connections)
		return show_connections(s, e);
	if (show_head(s, e) < 0)
		return -1;
	return s->opt->summary ? 0 : show_changes(s, e);
}

/* The rows of one view, which the options choose. */
static int
show_rows(struct show *s, struct err *e)
{
	const struct options *o = s->opt;
	printer_change *change = NULL;
	void *context = NULL;
	struct cursor *c = NULL;
	int rc;

	if (o->summary) {
		rc = query_runs_row(s->store, s->run.id, &c, e);
		change = run_arg_show_state;
		context = s->store;
	} else if (o->processes) {
		rc = query_processes(s->store, s->run.id, &c, e);
	} else if (o->connections) {
		rc = query_connections(s->store, s->run.id, o->all, &c, e);
	} else {
		rc = s->unfinished && o->format == FORMAT_NULL
			? query_written_paths(s->store, s->run.id, &c, e)
			: query_changes(s->store, s->run.id, o->all,
					o->format == FORMAT_NULL ? COLUMNS_BRIEF : COLUMNS_ALL, &c, e);
		change = filter_row;
		context = (void *)(uintptr_t)o;
	}
	if (rc == 0)
		rc = printer_cursor(s->out.f, (enum format)o->format, c, change, context, e);
	cursor_close(c);
	return rc;
}

static int
show_run(struct show *s, struct err *e)
{
	const struct options *o = s->opt;

	if (o->format == FORMAT_TEXT)
		return show_text(s, e);
	if (o->format == FORMAT_JSON && !o->processes && !o->connections)
		return show_json(s, e);
	return show_rows(s, e);
}

/* PATH is of use for --diff alone, which prints nothing that another format could hold. */
static int
check_show_options(const struct cmd_context *ctx, struct err *e)
{
	const struct options *o = &ctx->opt;
	const char *rows = o->summary ? "-s" : o->processes ? "--processes" :
			   o->connections ? "--connections" : NULL;

	if (rows && o->format == FORMAT_NULL)
		return err_set(e, ERR_USAGE, "%s and --format=null contradict each other: "
			       "there are no paths to print", rows);
	if (o->diff && o->format != FORMAT_TEXT)
		return err_set(e, ERR_USAGE, "--diff and --format=%s contradict each other",
			       format_names[o->format]);
	if (!o->diff && ctx->argc > 1)
		return err_set(e, ERR_USAGE, "show takes a PATH with --diff alone; --only=%s shows its rows",
			       ctx->argv[1]);
	return 0;
}

/* The paths behind RUN as the history has them. */
static int
diff_paths(struct show *s, struct cmd_context *ctx)
{
	size_t n = ctx->argc > 1 ? (size_t)ctx->argc - 1 : 0;
	char **paths = xcalloc(n + 1, sizeof(*paths));
	int rc = run_arg_ended(ctx->store, s->run.id, &ctx->err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = typed_path(ctx->argv[i + 1], &paths[i], &ctx->err);
	if (rc == 0)
		rc = show_diff(s, paths, n, &ctx->err);
	for (size_t i = 0; i < n; i++)
		free(paths[i]);
	free(paths);
	return rc;
}

static int
show_main(struct cmd_context *ctx)
{
	struct show s = { .store = ctx->store, .opt = &ctx->opt };
	int64_t id;
	int rc = -1;

	if (check_show_options(ctx, &ctx->err) < 0 ||
	    run_arg_one(ctx->store, ctx->argv[0], &id, &ctx->err) < 0 ||
	    query_run(ctx->store, id, &s.run, &ctx->err) < 0)
		goto out;
	s.unfinished = s.run.state == RUN_RUNNING;
	s.dead = run_arg_is_dead(ctx->store, s.run.state, s.run.uuid);
	if (output_open(&s.out, &ctx->opt, &ctx->err) < 0)
		goto out;
	rc = ctx->opt.diff ? diff_paths(&s, ctx) : show_run(&s, &ctx->err);
	if (output_close(&s.out, rc < 0 ? NULL : &ctx->err) < 0)
		rc = -1;
out:
	query_run_release(&s.run);
	if (rc < 0)
		return -1;
	return rc > 0 ? EXIT_FAILED : EXIT_DONE;
}
