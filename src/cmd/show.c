/* show: one run: what it was, what to look at, and a line per changed path. */
#include "config.h"

#include "cmd/show.h"

#include <stdint.h>

#include "base/list.h"
#include "cmd/show/changes.h"
#include "cmd/show/diff.h"
#include "cmd/show/head.h"
#include "cmd/show/json.h"
#include "cmd/show/processes.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/printer.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/run_title.h"
#include "store/query_change.h"

static int show_main(struct cmd_context *ctx);

const struct cmd cmd_show = {
	.name = "show",
	.group = GROUP_LOOK,
	.summary = "show a run: its command, what to look at, and the paths that it changed",
	.usage = "show [OPTION...] [RUN...] [-- PATH...]",
	.needs = CMD_DB_READ | CMD_PATHS_BEHIND,
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

/* --diff prints nothing that another format could hold. */
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
	if (!o->diff && (ctx->argc > 1 || o->behind.n > 0))
		return err_set(e, ERR_USAGE, "show takes a PATH with --diff alone; --only=%s shows its rows",
			       ctx->argc > 1 ? ctx->argv[1] : o->behind.v[0]);
	return 0;
}

/*
 * Runs come first; `show RUN PATH` is understood as well: from the first word on that is no run all are paths, as are those
 * behind "--".
 */
static int
find_operands(struct show *s, struct cmd_context *ctx)
{
	struct strings *paths = &ctx->opt.behind;
	size_t n = ctx->argc > 0;

	while (n < (size_t)ctx->argc && !run_arg_is_path(ctx->store, ctx->argv[n]))
		n++;
	for (size_t i = n; i < (size_t)ctx->argc; i++)
		*LIST_ADD(paths->v, paths->n) = ctx->argv[i];
	if (run_arg_all(ctx->store, ctx->argv, n, ctx->opt.since, &s->ids, &ctx->err) < 0)
		return -1;
	return typed_paths_read(&s->paths, paths, &ctx->err);
}

/* A path that means nothing is a slip of the finger. */
static int
say_unmet(const struct show *s, struct err *e)
{
	struct buf title = BUF_INIT;
	int rc = run_title_add(&title, s->store, s->ids.v, s->ids.n, e);

	for (size_t i = 0; rc == 0 && i < s->paths.n; i++) {
		if (!s->paths.v[i].met)
			err_message("%s changed nothing at %s", title.data, s->paths.v[i].path);
	}
	buf_release(&title);
	return rc;
}

static int
diff_runs(struct show *s, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->ids.n; i++)
		rc = run_arg_ended(s->store, s->ids.v[i], e);
	if (rc == 0)
		rc = show_diff(s, e);
	return rc < 0 || say_unmet(s, e) < 0 ? -1 : rc;
}

static int
show_main(struct cmd_context *ctx)
{
	struct show s = { .store = ctx->store, .opt = &ctx->opt };
	int rc = -1;

	if (check_show_options(ctx, &ctx->err) < 0 ||
	    find_operands(&s, ctx) < 0 ||
	    query_run(ctx->store, s.ids.v[s.ids.n - 1], &s.run, &ctx->err) < 0)
		goto out;
	s.unfinished = s.run.state == RUN_RUNNING;
	s.dead = run_arg_is_dead(ctx->store, s.run.state, s.run.uuid);
	if (output_open(&s.out, &ctx->opt, &ctx->err) < 0)
		goto out;
	rc = ctx->opt.diff ? diff_runs(&s, &ctx->err) : show_run(&s, &ctx->err);
	if (output_close(&s.out, rc < 0 ? NULL : &ctx->err) < 0)
		rc = -1;
out:
	query_run_release(&s.run);
	typed_paths_release(&s.paths);
	run_arg_ids_release(&s.ids);
	if (rc < 0)
		return -1;
	return rc > 0 ? EXIT_FAILED : EXIT_DONE;
}
