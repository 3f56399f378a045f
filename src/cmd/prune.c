/* prune: forget runs, or give up the old contents that they keep. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/journal.h"
#include "cmd/prune/sweep.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/number.h"
#include "cmd/cmd.h"
#include "cmd/ui/listing.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/text.h"
#include "store/prune.h"
#include "store/query_run.h"

static int prune_main(struct cmd_context *ctx);

const struct cmd cmd_prune = {
	.name = "prune",
	.group = GROUP_KEEP,
	.summary = "forget runs, or give up the old contents that they keep",
	.usage = "prune [OPTION...] [RUN...]",
	.needs = CMD_DB_WRITE,
	.formats = FORMATS_ROWS,
	.max_args = -1,
	.options = { OPT_ALL_UNNAMED, OPT_KEEP, OPT_OLDER_THAN, OPT_MAX_SIZE, OPT_CONTENTS_ONLY, OPT_DRY_RUN,
		     OPT_QUIET, OPT_FORMAT, OPT_OUTPUT, OPT_DB },
	.main = prune_main,
};

#define NS_PER_DAY (INT64_C(86400) * NS_PER_SECOND)

/* A run that has ended. */
struct candidate {
	int64_t id;
	char *name;		/* NULL: none */
	char *command;
	int64_t ended_ns, started_ns;
	int64_t n_kept;
	bool chosen;
};

struct pruning {
	struct cmd_context *ctx;
	struct candidate *runs;	/* oldest first */
	size_t n_runs;
	int64_t keep;		/* -1: not given */
	int64_t older_than_ns;	/* -1: not given */
	int64_t max_bytes;	/* -1: not given */
	struct sweep sweep;
	struct listing listing;	/* what would go has a row there */
	int64_t n_forgotten;
	int64_t n_emptied;	/* runs whose contents alone went */
	int64_t file_bytes;	/* by how much the history has become smaller */
};

/* Digits, and nothing else. */
static int
parse_number(const char *option, const char *text, int64_t limit, int64_t *out, struct err *e)
{
	if (number_parse(text, limit, out) < 0)
		return err_set(e, ERR_USAGE, "prune: --%s takes a number, not '%s'", option, text);
	return 0;
}

static int
parse_criteria(struct pruning *p, struct err *e)
{
	const struct options *o = &p->ctx->opt;
	int64_t days;

	p->keep = p->older_than_ns = p->max_bytes = -1;
	if (o->keep && parse_number("keep", o->keep, INT64_MAX, &p->keep, e) < 0)
		return -1;
	if (o->older_than) {
		if (parse_number("older-than", o->older_than, INT64_MAX / NS_PER_DAY, &days, e) < 0)
			return -1;
		p->older_than_ns = days * NS_PER_DAY;
	}
	if (o->max_size && number_parse_size(o->max_size, &p->max_bytes) < 0)
		return err_set(e, ERR_USAGE, "prune: --max-size takes a size such as 512M, not '%s'", o->max_size);
	if (p->ctx->argc == 0 && !o->all && !o->keep && !o->older_than && !o->max_size)
		return err_set(e, ERR_USAGE, "prune: say which runs: a RUN ('last' is the newest), --all, "
			       "--older-than=DAYS, --keep=N or --max-size=SIZE");
	if (!o->dry_run && (o->given[OPT_FORMAT] || o->output))
		return err_set(e, ERR_USAGE, "prune: rows are printed with --dry-run alone");
	return 0;
}

static struct candidate *
add_candidate(struct pruning *p, int64_t id, const char *name, const char *command)
{
	struct candidate *r = LIST_ADD(p->runs, p->n_runs);

	*r = (struct candidate){ .id = id, .name = name ? xstrdup(name) : NULL };
	r->command = xstrdup(command ? command : "");
	return r;
}

static int
load_runs(struct pruning *p, struct err *e)
{
	struct cursor *c;
	int more;

	if (prune_runs(p->ctx->store, &c, e) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0) {
		struct candidate *r = add_candidate(p, cursor_int(c, 0), cursor_text(c, 1, NULL), cursor_text(c, 5, NULL));

		r->ended_ns = cursor_int(c, 2);
		r->n_kept = cursor_int(c, 3);
		r->started_ns = cursor_int(c, 4);
	}
	cursor_close(c);
	return more;
}

static struct candidate *
find_run(struct pruning *p, int64_t id)
{
	for (size_t i = 0; i < p->n_runs; i++) {
		if (p->runs[i].id == id)
			return &p->runs[i];
	}
	return NULL;
}

/*
 * A run that has not ended cannot be forgotten, but for one whose journal somebody has removed: its end will
 * never be known.
 */
static int
add_unended(struct pruning *p, int64_t id, struct err *e)
{
	struct store *s = p->ctx->store;
	struct run_row run;
	char *journal = NULL;
	int rc = query_run(s, id, &run, e) < 0 ? -1 : 0;

	if (rc == 0 && run.uuid)
		journal = journal_name(store_path(s), run.uuid);
	if (rc == 0 && journal && access(journal, F_OK) < 0 && errno == ENOENT) {
		struct candidate *r = add_candidate(p, id, run.name, run.command);

		r->ended_ns = r->started_ns = run.started_ns;
		r->chosen = true;
	} else if (rc == 0) {
		rc = err_set(e, ERR_INPUT, "run %" PRId64 " has not ended: it cannot be forgotten yet", id);
	}
	free(journal);
	query_run_release(&run);
	return rc;
}

/* Who is named goes whatever its name. */
static int
choose_prunable(struct pruning *p, struct err *e)
{
	struct run_ids ids = { NULL, 0 };
	int rc = 0;

	if (p->ctx->argc > 0)
		rc = run_arg_newest(p->ctx->store, p->ctx->argv, (size_t)p->ctx->argc, NULL, &ids, e);
	for (size_t i = 0; rc == 0 && i < ids.n; i++) {
		struct candidate *r = find_run(p, ids.v[i]);

		if (r)
			r->chosen = true;
		else
			rc = add_unended(p, ids.v[i], e);
	}
	run_arg_ids_release(&ids);
	return rc;
}

/* The criteria narrow each other down: older than a month, but not of the last ten. */
static void
choose_by_criteria(struct pruning *p)
{
	bool any = p->ctx->opt.all || p->keep >= 0 || p->older_than_ns >= 0;
	int64_t now_ns = clock_now_ns();
	int64_t newer = 0;		/* unnamed runs that are newer */

	for (size_t i = p->n_runs; any && i-- > 0;) {
		struct candidate *r = &p->runs[i];
		bool chosen = !r->name;

		if (p->keep >= 0 && newer < p->keep)
			chosen = false;
		if (p->older_than_ns >= 0 && number_subtract(now_ns, r->ended_ns) <= p->older_than_ns)
			chosen = false;
		newer += !r->name;
		r->chosen = r->chosen || chosen;
	}
}

static void
put_candidate_text(const struct pruning *p, const struct candidate *r, const char *action)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%-8s  run %" PRId64, action, r->id);
	if (r->name) {
		buf_addstr(&line, " (");
		text_add_quoted(&line, r->name);
		buf_addch(&line, ')');
	}
	buf_addstr(&line, "  ");
	text_add_local_time(&line, r->started_ns, "%Y-%m-%d %H:%M");
	buf_addstr(&line, "  ");
	text_add_message(&line, r->command);
	fprintf(p->listing.out.f, "%s\n", line.data);
	buf_release(&line);
}

/* r NULL: the names of the columns alone. */
static void
candidate_row(struct row *row, const struct candidate *r, const char *action, char started[48])
{
	row->n = 0;
	row_set(row, "action", action);
	row_set_int(row, "run_id", r ? r->id : 0);
	row_set(row, "name", r ? r->name : NULL);
	if (r)
		text_view_time(r->started_ns, started);
	row_set(row, "started", r ? started : NULL);
	row_set(row, "command", r ? r->command : NULL);
}

/* action: forget, or contents where the rows stay. */
static void
put_candidate(struct pruning *p, const struct candidate *r, const char *action)
{
	struct row row;
	char started[48];

	if (!p->ctx->opt.dry_run)
		return;
	if (p->listing.text) {
		put_candidate_text(p, r, action);
	} else {
		candidate_row(&row, r, action, started);
		printer_row(&p->listing.printer, &row);
	}
}

/* A dry run is one transaction that is taken back: until then it sees what it would have done. */
static int
begin_change(struct pruning *p, struct err *e)
{
	return p->ctx->opt.dry_run ? 0 : store_begin(p->ctx->store, e);
}

static int
end_change(struct pruning *p, int rc, struct err *e)
{
	if (p->ctx->opt.dry_run)
		return rc;
	if (rc == 0)
		rc = store_commit(p->ctx->store, e);
	if (rc < 0)
		store_rollback(p->ctx->store);
	return rc;
}

static int
forget_run(struct pruning *p, struct candidate *r, struct err *e)
{
	p->n_forgotten++;
	put_candidate(p, r, "forget");
	if (begin_change(p, e) < 0)
		return -1;
	return end_change(p, prune_run(p->ctx->store, r->id, e), e);
}

static int
empty_run(struct pruning *p, struct candidate *r, struct err *e)
{
	if (r->n_kept == 0)
		return 0;
	p->n_emptied++;
	r->n_kept = 0;
	put_candidate(p, r, "contents");
	if (begin_change(p, e) < 0)
		return -1;
	return end_change(p, prune_contents(p->ctx->store, r->id, e), e);
}

/* Rows first, then contents: whatever is killed in between, no row promises what is gone. */
static int
drop_chosen(struct pruning *p, struct err *e)
{
	for (size_t i = 0; i < p->n_runs; i++) {
		struct candidate *r = &p->runs[i];

		if (!r->chosen)
			continue;
		if ((p->ctx->opt.contents_only ? empty_run(p, r, e) : forget_run(p, r, e)) < 0)
			return -1;
	}
	return sweep_all(&p->sweep, e);
}

/* Contents of the oldest unnamed runs go until the others fit. */
static int
shrink_contents(struct pruning *p, struct err *e)
{
	for (size_t i = 0; i < p->n_runs && p->sweep.bytes_left > p->max_bytes; i++) {
		struct candidate *r = &p->runs[i];
		struct sole_contents *sole;
		int rc;

		if (r->name || r->n_kept == 0 || (r->chosen && !p->ctx->opt.contents_only))
			continue;
		if (sweep_sole_contents_of(&sole, p->ctx->store, r->id, e) < 0)
			return -1;
		rc = empty_run(p, r, e);
		if (rc == 0)
			rc = sweep_sole(&p->sweep, sole, e);
		sweep_sole_contents_free(sole);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int
drop_candidates(struct pruning *p, struct err *e)
{
	if (drop_chosen(p, e) < 0)
		return -1;
	return p->max_bytes >= 0 ? shrink_contents(p, e) : 0;
}

/* The file is locked for as long as it is written anew: not while somebody records into it. */
static void
compact_history(struct pruning *p)
{
	int64_t oldest_ns;
	struct err why;
	int running = prune_oldest_running(p->ctx->store, &oldest_ns, &why);

	if (running < 0 || (running == 0 && prune_compact(p->ctx->store, &p->file_bytes, &why) < 0))
		err_message("the history keeps its size, and uses what is free in it: %s", why.text);
}

static int
drop_in_transaction(struct pruning *p, struct err *e)
{
	bool dry = p->ctx->opt.dry_run;
	int rc;

	if (dry && store_begin(p->ctx->store, e) < 0)
		return -1;
	rc = drop_candidates(p, e);
	if (dry)
		store_rollback(p->ctx->store);
	else if (rc == 0)
		compact_history(p);
	return rc;
}

static void
put_freed(const struct pruning *p)
{
	bool dry = p->ctx->opt.dry_run;
	struct buf line = BUF_INIT;

	buf_addstr(&line, dry ? "would forget " : "forgot ");
	text_add_count(&line, p->n_forgotten, "run", "runs");
	if (p->n_emptied > 0) {
		buf_addstr(&line, dry ? ", would give up the old contents of " : ", gave up the old contents of ");
		text_add_count(&line, p->n_emptied, "run", "runs");
	}
	buf_addstr(&line, dry ? "; would free " : "; freed ");
	text_add_count(&line, p->sweep.n_removed, "old content", "old contents");
	buf_addstr(&line, ", ");
	text_add_size(&line, p->sweep.bytes_removed);
	if (p->file_bytes > 0) {
		buf_addstr(&line, ", and ");
		text_add_size(&line, p->file_bytes);
		buf_addstr(&line, " of the history");
	}
	if (dry)
		buf_addstr(&line, " (nothing done: --dry-run)");
	err_message("%s", line.data);
	buf_release(&line);
}

/* What was asked for and could not be reached. */
static void
put_rest(const struct pruning *p)
{
	struct buf line = BUF_INIT;

	if (p->max_bytes < 0 || p->sweep.bytes_left <= p->max_bytes)
		return;
	text_add_size(&line, p->sweep.bytes_left);
	err_message("%s of old contents stay: named runs, or runs that have not ended, may need them", line.data);
	buf_release(&line);
}

static int
prune_history(struct pruning *p, struct err *e)
{
	struct store *s = p->ctx->store;
	struct row names;

	if (parse_criteria(p, e) < 0)
		return -1;
	/* main() has completed what dead runs left: before that what they keep is known to their journals alone */
	if (sweep_begin(&p->sweep, s, p->ctx->opt.dry_run, e) < 0 || load_runs(p, e) < 0)
		return -1;
	if (choose_prunable(p, e) < 0) {
		/* the run may be gone since a prune that was killed, and its contents not yet */
		(void)sweep_all(&p->sweep, NULL);
		return -1;
	}
	choose_by_criteria(p);
	if (listing_open(&p->listing, &p->ctx->opt, e) < 0)
		return -1;
	candidate_row(&names, NULL, NULL, NULL);
	listing_names(&p->listing, &names);
	if (listing_close(&p->listing, drop_in_transaction(p, e), e) < 0)
		return -1;
	if (!p->ctx->opt.quiet) {
		put_freed(p);
		put_rest(p);
	}
	return 0;
}

static int
prune_main(struct cmd_context *ctx)
{
	struct pruning p = { .ctx = ctx };
	int rc = prune_history(&p, &ctx->err);

	for (size_t i = 0; i < p.n_runs; i++) {
		free(p.runs[i].name);
		free(p.runs[i].command);
	}
	free(p.runs);
	return rc < 0 ? -1 : EXIT_DONE;
}
