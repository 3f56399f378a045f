/* show: one run: what it was, what to look at, and a line per changed path. */
#include "config.h"

#include "cmd/show.h"

#include <stdint.h>

#include "base/list.h"
#include "cmd/show/changes.h"
#include "cmd/show/diff.h"
#include "cmd/show/head.h"
#include "cmd/show/json.h"
#include "cmd/show/owners.h"
#include "cmd/show/processes.h"
#include "cmd/show/rows.h"
#include "cmd/ui/pager.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/run_title.h"
#include "record/package_owners.h"
#include "record/running.h"
#include "store/interim.h"
#include "store/query_change.h"

static int show_main(struct cmd_context *ctx);

const struct cmd cmd_show = {
	.name = "show",
	.group = GROUP_LOOK,
	.summary = "show runs: their commands, what to look at, and the paths that they changed",
	.usage = "show [OPTION...] [RUN...] [-- PATH...]",
	.needs = CMD_DB_READ | CMD_PATHS_BEHIND,
	.formats = FORMATS_PATHS,
	.max_args = -1,
	.options = { OPT_SUMMARY, OPT_ALL, OPT_PROCESSES, OPT_CONNECTIONS, OPT_OWNERS, OPT_DIFF, OPT_FORMAT, OPT_NULL, OPT_OUTPUT,
		     OPT_COLOR, OPT_ONLY, OPT_EXCEPT, OPT_SINCE, OPT_DB },
	.main = show_main,
};

/* Of several runs the head is of all, and what hangs on processes stands run by run. */
static int
show_each(struct show *s, int (*part)(struct show *, struct err *), struct err *e)
{
	struct buf title = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->ids.n; i++) {
		query_run_release(&s->run);
		rc = query_run(s->store, s->ids.v[i], &s->run, e) < 0 ? -1 : 0;
		if (rc == 0 && s->ids.n > 1)
			rc = run_title_add(&title, s->store, &s->ids.v[i], 1, e);
		if (rc == 0 && s->ids.n > 1)
			fprintf(s->out.f, "%s%s:\n", i > 0 ? "\n" : "", title.data);
		buf_reset(&title);
		if (rc == 0)
			rc = part(s, e);
	}
	buf_release(&title);
	return rc;
}

static int
show_text(struct show *s, struct err *e)
{
	if (s->opt->processes)
		return show_each(s, show_processes, e);
	if (s->opt->connections)
		return show_each(s, show_connections, e);
	if (show_head(s, e) < 0)
		return -1;
	return s->opt->summary ? 0 : show_changes(s, e);
}

static int
query_addresses_connected(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	return query_connections(s, run_id, false, out, e);
}

static int
query_sockets_too(struct store *s, int64_t run_id, struct cursor **out, struct err *e)
{
	return query_connections(s, run_id, true, out, e);
}

/* The rows of one view, which the options choose. */
static int
show_rows(struct show *s, struct err *e)
{
	const struct options *o = s->opt;
	enum format format = (enum format)o->format;

	if (o->summary)
		return rows_print(s, format, query_runs_row, e);
	if (o->processes)
		return rows_print(s, format, query_processes, e);
	if (o->connections)
		return rows_print(s, format, o->all ? query_sockets_too : query_addresses_connected, e);
	if (s->unfinished && format == FORMAT_NULL)
		return rows_print(s, format, query_written_paths, e);
	return rows_print_changes(s, format, e);
}

static int
show_run(struct show *s, struct err *e)
{
	const struct options *o = s->opt;

	if (o->owners && !s->unfinished && show_ask_owners(s, e) < 0)
		return -1;
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
	const char *other = o->diff ? "--diff" : o->summary ? "-s" : o->processes ? "--processes" : "--connections";
	const char *rows = o->summary ? "-s" : o->processes ? "--processes" :
			   o->connections ? "--connections" : NULL;

	if (rows && o->format == FORMAT_NULL)
		return err_set(e, ERR_USAGE, "%s and --format=null contradict each other: "
			       "there are no paths to print", rows);
	if (rows && o->behind.n > 0)
		return err_set(e, ERR_USAGE, "%s and a PATH contradict each other", rows);
	if (o->owners && (o->diff || rows))
		return err_set(e, ERR_USAGE, "--owners and %s contradict each other", other);
	if (o->owners && o->format == FORMAT_NULL)
		return err_set(e, ERR_USAGE, "--owners and --format=null contradict each other: there are paths alone");
	if (o->diff && o->format != FORMAT_TEXT)
		return err_set(e, ERR_USAGE, "--diff and --format=%s contradict each other",
			       format_names[o->format]);
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
	int rc = s->paths.n > 0 ? run_title_add(&title, s->store, s->ids.v, s->ids.n, e) : 0;

	for (size_t i = 0; rc == 0 && i < s->paths.n; i++) {
		if (!s->paths.v[i].met)
			err_message("%s changed nothing at %s", title.data, s->paths.v[i].path);
	}
	buf_release(&title);
	return rc;
}

/* What several runs left as one is known when all have ended, and so is what they left in files. */
static int
show_runs(struct show *s, struct err *e)
{
	bool needs_end = s->opt->diff || s->ids.n > 1;
	int rc = 0;

	for (size_t i = 0; needs_end && rc == 0 && i < s->ids.n; i++)
		rc = run_arg_ended(s->store, s->ids.v[i], e);
	if (rc == 0)
		rc = s->opt->diff ? show_diff(s, e) : show_run(s, e);
	return rc < 0 || say_unmet(s, e) < 0 ? -1 : rc;
}

static int
show_main(struct cmd_context *ctx)
{
	struct show s = { .store = ctx->store, .opt = &ctx->opt };
	int rc = -1;

	if (find_operands(&s, ctx) < 0 || check_show_options(ctx, &ctx->err) < 0 ||
	    running_load(ctx->store, s.ids.v, s.ids.n, &ctx->err) < 0 ||
	    query_run(ctx->store, s.ids.v[s.ids.n - 1], &s.run, &ctx->err) < 0)
		goto out;
	s.unfinished = s.run.state == RUN_RUNNING && !interim_has(ctx->store, s.run.id);
	s.dead = s.unfinished && run_arg_is_dead(ctx->store, s.run.state, s.run.uuid);
	if (output_open(&s.out, &ctx->opt, &ctx->err) < 0)
		goto out;
	if (ctx->opt.diff)
		pager_begin(&s.out);
	rc = show_runs(&s, &ctx->err);
	if (output_close(&s.out, rc < 0 ? NULL : &ctx->err) < 0)
		rc = -1;
	pager_end();
out:
	query_run_release(&s.run);
	package_owners_free(s.owners);
	typed_paths_release(&s.paths);
	run_arg_ids_release(&s.ids);
	if (rc < 0)
		return -1;
	return rc > 0 ? EXIT_FAILED : EXIT_DONE;
}
