/* undo and uninstall: take runs back. */
#include "config.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/recover.h"
#include "undo/undo.h"
#include "base/mem.h"
#include "base/quote.h"
#include "cmd/cmd.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/interrupt.h"
#include "cmd/session/run_start.h"
#include "cmd/ui/progress.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/run_title.h"
#include "cmd/ui/typed_path.h"
#include "cmd/undo/report.h"
#include "store/query_run.h"
#include "store/undone.h"

static int undo_main(struct cmd_context *ctx);

#define OPTIONS \
	OPT_DRY_RUN, OPT_ACCEPT, OPT_FORCE, OPT_QUIET, OPT_FORMAT, OPT_NULL, OPT_OUTPUT, OPT_COLOR, OPT_ONLY, OPT_EXCEPT, \
	OPT_SINCE, OPT_DB

const struct cmd cmd_undo = {
	.name = "undo",
	.group = GROUP_TAKE_BACK,
	.summary = "put back what runs created, modified, deleted and moved",
	.usage = "undo [OPTION...] RUN... [-- PATH...]",
	.needs = CMD_PATHS_BEHIND,
	.formats = FORMATS_PATHS,
	.max_args = -1,
	.options = { OPT_MERGE, OPTIONS },
	.main = undo_main,
};

const struct cmd cmd_uninstall = {
	.name = "uninstall",
	.group = GROUP_TAKE_BACK,
	.summary = "remove what runs created, leave what they modified",
	.usage = "uninstall [OPTION...] RUN... [-- PATH...]",
	.needs = CMD_PATHS_BEHIND,
	.formats = FORMATS_PATHS,
	.max_args = -1,
	.options = { OPTIONS },
	.main = undo_main,
};

struct undoing {
	struct cmd_context *ctx;
	bool uninstall;
	struct run_ids runs;
	int64_t last;			/* what the word last means: the newest that is not taken back; 0: none is left */
	struct typed_paths paths;	/* these alone; none: all */
	struct buf title;
	struct undo t;
	struct undo_report report;
	struct progress progress;
};

/* The handler's, which is given nothing else. */
static volatile sig_atomic_t told_to_stop;

static void
on_stop_signal(int number)
{
	told_to_stop = number;
}

static bool
is_told_to_stop(void *context)
{
	(void)context;
	return told_to_stop != 0;
}

static bool
on_wanted(void *context, const char *path)
{
	const struct undoing *u = context;

	return filter_passes(&u->ctx->opt, path) && (u->paths.n == 0 || typed_paths_mean(&u->paths, path));
}

static bool
on_excepted(void *context, const char *path)
{
	const struct undoing *u = context;

	return filter_excepts(&u->ctx->opt, path);
}

static void
on_progress(void *context, int done, int of)
{
	struct undoing *u = context;

	u->progress.total = of;
	progress_set(&u->progress, done);
}

/* --- which runs --- */

static bool
is_taken_back(const struct undoing *u, const struct run_row *run)
{
	return run->state == RUN_UNDONE || (u->uninstall && run->state == RUN_UNINSTALLED);
}

/* Why a run cannot be taken back: 0 if it can, -1 with e set. */
static int
check_undoable(const struct undoing *u, const struct run_row *run, struct err *e)
{
	const struct options *o = &u->ctx->opt;

	if (run_arg_is_dead(u->ctx->store, run->state, run->uuid))
		return err_set(e, ERR_INPUT, "the record of run %" PRId64 " is not complete: the next command that "
			       "may write completes it", run->id);
	if (run->state == RUN_RUNNING)
		return err_set(e, ERR_INPUT, "run %" PRId64 " has not ended", run->id);
	if (run->imported_ns != 0 && !o->force)
		return err_set(e, ERR_INPUT, "run %" PRId64 " was imported from %s, it is for reading; %s", run->id,
			       run->host, is_taken_back(u, run) ? "it has been taken back already"
			       : "with --force it is taken back here all the same");
	return 0;
}

static bool
is_last(const char *word)
{
	return strcmp(word, "last") == 0;
}

/* Whether one of the words is this run's number, or last where it is that; else its name stands for it. */
static int
is_meant_itself(const struct undoing *u, int64_t id, struct err *e)
{
	for (int i = 0; i < u->ctx->argc; i++) {
		const char *word = u->ctx->argv[i];
		int64_t meant = u->last;

		if (run_arg_is_name(word))
			continue;
		if (!is_last(word) && run_arg_one(u->ctx->store, word, &meant, e) < 0)
			return -1;
		if (meant == id)
			return 1;
	}
	return 0;
}

/*
 * A name stands for all runs of that name but those taken back already; imported ones are refused.  1 if run is to be
 * taken back, 0, or -1 with e set.
 */
static int
is_chosen(const struct undoing *u, const struct run_row *run, struct err *e)
{
	if (run->imported_ns != 0 && !u->ctx->opt.force)
		return check_undoable(u, run, e);
	if (is_taken_back(u, run))
		return 0;
	if (run->state == RUN_UNINSTALLED) {
		int meant = is_meant_itself(u, run->id, e);

		if (meant <= 0)
			return meant;
	}
	return check_undoable(u, run, e) < 0 ? -1 : 1;
}

/* Drop the runs of which nothing is left: 1, 0 if that is all of them, which then stay for the title; -1 with e set. */
static int
choose_runs(struct undoing *u, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < u->runs.n; i++) {
		struct run_row run;
		int rc = query_run(u->ctx->store, u->runs.v[i], &run, e);

		if (rc > 0)
			rc = is_chosen(u, &run, e);
		if (rc > 0)
			u->runs.v[kept++] = u->runs.v[i];
		query_run_release(&run);
		if (rc < 0)
			return -1;
	}
	if (kept > 0)
		u->runs.n = kept;
	return kept > 0;
}

/* Two at once would get in each other's way. */
static int
refuse_second(const struct undoing *u, struct err *e)
{
	struct cursor *c;
	int more, rc = 0;

	if (undone_running(u->ctx->store, u->runs.v, u->runs.n, &c, e) < 0)
		return -1;
	while (rc == 0 && (more = cursor_next(c, e)) != 0) {
		if (more < 0)
			rc = -1;
		else if (run_arg_is_dead(u->ctx->store, RUN_RUNNING, cursor_text(c, 1, NULL)))
			rc = err_set(e, ERR_INPUT, "the record of run %" PRId64 ", which began to take this back, is "
				     "not complete: the same without --dry-run completes it", cursor_int(c, 0));
		else
			rc = err_set(e, ERR_INPUT, "run %" PRId64 " is taking this back at this moment",
				     cursor_int(c, 0));
	}
	cursor_close(c);
	return rc;
}

/* The number that last stands for: called again, it steps back run by run. */
static int
resolve_last(struct undoing *u, struct run_ids *to, struct err *e)
{
	int rc = query_run_standing(u->ctx->store, u->uninstall, &u->last, e);

	if (rc > 0)
		run_arg_ids_add(to, u->last);
	else if (rc == 0 && run_arg_one(u->ctx->store, NULL, &u->last, e) < 0)
		rc = -1;
	else if (rc == 0)
		u->last = 0;
	return rc;
}

static int
find_runs_to_undo(struct undoing *u, struct err *e)
{
	struct cmd_context *ctx = u->ctx;
	struct run_ids stepped = { NULL, 0 };
	char **words = xcalloc((size_t)ctx->argc + 1, sizeof(*words));
	size_t n = 0;
	int rc = 0;

	for (int i = 0; rc >= 0 && i < ctx->argc; i++) {
		if (is_last(ctx->argv[i]))
			rc = resolve_last(u, &stepped, e);
		else
			words[n++] = ctx->argv[i];
	}
	if (rc >= 0)
		rc = n > 0 || ctx->opt.since ? run_arg_all(ctx->store, words, n, ctx->opt.since, &u->runs, e) : 0;
	for (size_t i = 0; i < stepped.n; i++)
		run_arg_ids_add(&u->runs, stepped.v[i]);
	run_arg_ids_release(&stepped);
	free(words);
	return rc;
}

static int
open_to_undo(struct undoing *u, struct err *e)
{
	struct cmd_context *ctx = u->ctx;

	if (ctx->argc == 0 && !ctx->opt.since)
		return err_set(e, ERR_USAGE, "%s: which run?  It is never guessed: writetrace %s last takes back the "
			       "newest", ctx->cmd->name, ctx->cmd->name);
	if (store_open(&ctx->store, ctx->history, ctx->opt.dry_run ? STORE_READ : STORE_WRITE_EXISTING, e) < 0)
		return -1;
	if (!ctx->opt.dry_run)
		recover_all(ctx->store);
	if (typed_paths_read(&u->paths, &ctx->opt.behind, e) < 0)
		return -1;
	return find_runs_to_undo(u, e);
}

/* --- the run that does it --- */

/* As it can be typed again. */
static char *
command_text(const struct undoing *u)
{
	const struct options *o = &u->ctx->opt;
	struct buf out = BUF_INIT;

	buf_addf(&out, "writetrace %s", u->ctx->cmd->name);
	buf_addstr(&out, o->force ? " --force" : "");
	buf_addstr(&out, o->merge ? " --merge" : "");
	buf_addstr(&out, o->accept ? " --accept" : "");
	filter_add_options(&out, o);
	if (o->since) {
		buf_addstr(&out, " --since=");
		quote_shell(&out, o->since, strlen(o->since));
	}
	for (int i = 0; i < u->ctx->argc; i++) {
		buf_addch(&out, ' ');
		quote_shell(&out, u->ctx->argv[i], strlen(u->ctx->argv[i]));
	}
	buf_addstr(&out, o->behind.n > 0 ? " --" : "");
	for (size_t i = 0; i < o->behind.n; i++) {
		buf_addch(&out, ' ');
		quote_shell(&out, o->behind.v[i], strlen(o->behind.v[i]));
	}
	return buf_detach(&out);
}

static int
do_it(struct undoing *u, struct err *e)
{
	const struct undo_hooks hooks = {
		undo_report_reason, undo_report_done, is_told_to_stop, undo_report_unstored, &u->report,
	};
	struct identity id;
	int rc;

	run_start_fill(&id, u->uninstall ? RUN_KIND_UNINSTALL : RUN_KIND_UNDO, NULL, command_text(u));
	id.start.of_run = u->runs.v;
	id.start.n_of_run = u->runs.n;
	/* the step that has begun is finished, and what was done is recorded */
	interrupt_catch(on_stop_signal);
	signal(SIGPIPE, SIG_IGN);	/* a reader that went must not end the work in the middle */
	rc = undo_do(&u->t, &id.start, &hooks, e);
	run_start_release(&id);
	return rc;
}

/* A log that the run wrote to, and that this is now written to, cannot be as it was. */
static size_t
own_output(struct stat own[2])
{
	size_t n = 0;

	if (fstat(STDOUT_FILENO, &own[n]) == 0)
		n++;
	if (fstat(STDERR_FILENO, &own[n]) == 0)
		n++;
	return n;
}

/* A name that means nothing that the runs did is a slip of the finger: it is said, and where all are, nothing is done. */
static int
check_paths(struct undoing *u, struct err *e)
{
	size_t unmet = 0;

	for (int i = 0; i < u->t.paths.n; i++) {
		const struct undo_path *p = &u->t.paths.path[i];

		if (!p->history.ours_alone && !p->history.parent_only && !p->history.leftover)
			typed_paths_meet(&u->paths, p->path);
	}
	for (size_t i = 0; i < u->paths.n; i++)
		unmet += !u->paths.v[i].met;
	if (unmet > 0 && unmet == u->paths.n)
		return err_set(e, ERR_NOT_FOUND, "%s changed nothing at %s%s", u->title.data, u->paths.v[0].path,
			       unmet > 1 ? " or the other paths" : "");
	for (size_t i = 0; i < u->paths.n; i++) {
		if (!u->paths.v[i].met)
			err_message("%s changed nothing at %s", u->title.data, u->paths.v[i].path);
	}
	return 0;
}

static int
take_back(struct undoing *u, struct err *e)
{
	const struct options *o = &u->ctx->opt;
	const struct plan_wishes wishes = { .uninstall = u->uninstall, .force = o->force,
					     .accept = o->accept, .merge = o->merge };
	struct stat own[2];
	const struct survey survey = {
		.own = own, .n_own = own_output(own), .wanted = on_wanted, .excepted = on_excepted,
		.progress = on_progress, .context = u,
	};
	int rc;

	progress_begin(&u->progress, "comparing", 1, o->quiet);	/* of how many is told with the first */
	rc = undo_plan(&u->t, u->ctx->store, u->runs.v, u->runs.n, &wishes, &survey, e);
	progress_clear(&u->progress);
	if (rc == 0)
		rc = check_paths(u, e);
	if (rc < 0 || undo_report_begin(&u->report, u->ctx, &u->t, e) < 0)
		return -1;
	if (o->dry_run)
		undo_report_plan(&u->report);
	else
		rc = do_it(u, e);
	return undo_report_end(&u->report, u->title.data, rc, e);
}

static int
undo_runs(struct undoing *u, struct err *e)
{
	int any;

	if (open_to_undo(u, e) < 0)
		return -1;
	if (u->runs.n == 0) {
		if (!u->ctx->opt.quiet)
			err_message("nothing to do: there is no run left that was not taken back already");
		return 0;
	}
	any = choose_runs(u, e);
	if (any < 0 || run_title_add(&u->title, u->ctx->store, u->runs.v, u->runs.n, e) < 0)
		return -1;
	if (any == 0) {
		if (!u->ctx->opt.quiet)
			err_message("%s: nothing to do, %s taken back already", u->title.data,
				    u->runs.n == 1 ? "it was" : "they were");
		return 0;
	}
	if (refuse_second(u, e) < 0)
		return -1;
	return take_back(u, e);
}

static int
undo_main(struct cmd_context *ctx)
{
	struct undoing u = { .ctx = ctx, .uninstall = ctx->cmd == &cmd_uninstall, .title = BUF_INIT };
	int rc = undo_runs(&u, &ctx->err);
	int status = undo_report_status(&u.report, &u.t);

	undo_release(&u.t);
	typed_paths_release(&u.paths);
	run_arg_ids_release(&u.runs);
	buf_release(&u.title);
	return rc < 0 ? -1 : status;
}
