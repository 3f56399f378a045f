/* verify: what runs left against what is there now. */
#include "config.h"

#include "history/verify.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "cmd/cmd.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/listing.h"
#include "cmd/ui/progress.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/run_title.h"
#include "cmd/ui/typed_path.h"
#include "cmd/ui/text.h"
#include "store/query_run.h"

static int verify_main(struct cmd_context *ctx);

const struct cmd cmd_verify = {
	.name = "verify",
	.group = GROUP_LOOK,
	.summary = "compare what runs left with what is on the disk now",
	.usage = "verify [OPTION...] [RUN...]",
	.needs = CMD_DB_READ,
	.formats = FORMATS_PATHS,
	.max_args = -1,
	.options = { OPT_QUIET, OPT_ROOT, OPT_SINCE, OPT_FORMAT, OPT_NULL, OPT_OUTPUT, OPT_COLOR, OPT_ONLY, OPT_EXCEPT,
		     OPT_DB },
	.main = verify_main,
};

/* A path costs as much as reading so many bytes. */
enum { PATH_COST = 4096 };

struct verifying {
	struct cmd_context *ctx;
	struct verify v;
	struct run_ids runs;
	char *root;
	struct listing listing;
	struct progress progress;
	int64_t done;			/* of the progress */
	int64_t count[VERDICT_COUNT];
	int64_t n_unreadable;
};

static const struct column columns[] = {
	{ NULL, false, sizeof("attributes") - 1 },
	{ NULL, false, 0 },
};

static enum style
verdict_style(enum verdict verdict)
{
	return verdict == VERDICT_MISSING ? STYLE_RED : STYLE_YELLOW;
}

/* Nobody has read what the run left, and it is as large still: something was done to it, and that may be all. */
static bool
is_content_doubtful(const struct file_state *left, const struct file_state *now)
{
	return left->type == FILE_REGULAR && now->type == FILE_REGULAR && !left->has_digest &&
	       left->size_bytes == now->size_bytes;
}

/* The words of `differs`, with both values where they are short. */
static void
add_differs_values(struct buf *cell, const struct file_state *left, const struct verify_finding *f)
{
	const struct file_state *now = &f->now.state;
	const char *between = "";
	char word[64];

	for (unsigned i = 0; i < DIFFERS_BITS; i++) {
		unsigned bit = f->differs & 1U << i;

		if (!change_differs_text(bit, word))
			continue;
		buf_addf(cell, "%s%s", between, word);
		between = ", ";
		if (bit == DIFFERS_CONTENT && is_content_doubtful(left, now))
			buf_addstr(cell, " perhaps");
		else if (bit == DIFFERS_MODE)
			buf_addf(cell, " %04" PRIo32 " -> %04" PRIo32, left->mode, now->mode);
		else if (bit == DIFFERS_OWNER)
			buf_addf(cell, " %u:%u -> %u:%u", left->uid, left->gid, now->uid, now->gid);
		else if (bit == DIFFERS_TYPE)
			buf_addf(cell, " %s -> %s", state_type_names[left->type], state_type_names[now->type]);
	}
}

/* "run 9, harden"; an undo has no name, but its command says enough. */
static int
add_run_title(struct buf *cell, struct store *s, int64_t id, struct err *e)
{
	struct run_row run;
	int found = query_run(s, id, &run, e);

	buf_addf(cell, "run %" PRId64, id);
	if (found > 0 && run.name) {
		buf_addstr(cell, ", ");
		text_add_quoted(cell, run.name);
	} else if (found > 0 && (run.kind == RUN_KIND_UNDO || run.kind == RUN_KIND_UNINSTALL)) {
		buf_addstr(cell, ", ");
		text_add_message(cell, run.command);
	}
	query_run_release(&run);
	return found < 0 ? -1 : 0;
}

static int
add_cause(struct buf *cell, struct verifying *g, const struct verify_finding *f, struct err *e)
{
	if (f->by_run) {
		buf_addstr(cell, "by ");
		return add_run_title(cell, g->ctx->store, f->by_run, e);
	}
	buf_addstr(cell, "by no recorded run");
	if (!f->since_run)
		return 0;
	buf_addstr(cell, " since ");
	return add_run_title(cell, g->ctx->store, f->since_run, e);
}

static int
add_finding_cells(struct verifying *g, const struct path_change *l, const struct verify_finding *f, struct err *e)
{
	const struct file_state *shown = f->verdict == VERDICT_REAPPEARED ? &f->now.state : &l->after;
	struct buf cell = BUF_INIT, notes = BUF_INIT;
	int rc = 0;

	add_differs_values(&notes, &l->after, f);
	if (!g->v.root) {
		if (notes.len > 0)
			buf_addstr(&notes, "; ");
		rc = add_cause(&notes, g, f, e);
	}
	columns_add(&g->listing.table, verdict_names[f->verdict], verdict_style(f->verdict));
	text_add_path(&cell, l->path, state_type_names[shown->type], shown->target);
	if (notes.len > 0)
		buf_addf(&cell, "  (%s)", notes.data);
	columns_add(&g->listing.table, cell.data, STYLE_NONE);
	buf_release(&notes);
	buf_release(&cell);
	return rc;
}

/* The names of the columns that each side has. */
struct side_names {
	const char *type, *size, *mode, *uid, *gid, *mtime, *target, *sha256;
};

static const struct side_names left_names = {
	"type_left", "size_left", "mode_left", "uid_left", "gid_left", "mtime_left", "target_left", "sha256_left",
};

static const struct side_names now_names = {
	"type_now", "size_now", "mode_now", "uid_now", "gid_now", "mtime_now", "target_now", "sha256_now",
};

/* A row for programs, and the texts that it points at. */
struct verify_row {
	struct row r;
	struct side_texts {
		char mtime[48];
		char sha256[2 * DIGEST_SIZE + 1];
	} left, now;
	char differs[64];
};

static void
set_int_if(struct row *r, const char *name, bool there, int64_t value)
{
	if (there)
		row_set_int(r, name, value);
	else
		row_set(r, name, NULL);
}

static void
set_side(struct row *r, const struct side_names *names, const struct file_state *f, struct side_texts *texts)
{
	bool there = f->type != FILE_ABSENT;

	row_set(r, names->type, state_type_names[f->type]);
	set_int_if(r, names->size, f->type == FILE_REGULAR, f->size_bytes);
	set_int_if(r, names->mode, there, f->mode);
	set_int_if(r, names->uid, there, f->uid);
	set_int_if(r, names->gid, there, f->gid);
	text_view_time(f->mtime_ns, texts->mtime);
	row_set(r, names->mtime, there ? texts->mtime : NULL);
	row_set(r, names->target, f->target);
	digest_hex(&f->digest, texts->sha256);
	row_set(r, names->sha256, f->has_digest ? texts->sha256 : NULL);
}

static void
finding_row(struct verify_row *row, const struct path_change *l, const struct verify_finding *f)
{
	row->r.n = 0;
	row_set_int(&row->r, "run_id", l->last_run);
	row_set(&row->r, "path", l->path);
	row_set(&row->r, "verdict", verdict_names[f->verdict]);
	row_set(&row->r, "differs", change_differs_text(f->differs, row->differs));
	set_int_if(&row->r, "by_run", f->by_run != 0, f->by_run);
	set_side(&row->r, &left_names, &l->after, &row->left);
	set_side(&row->r, &now_names, &f->now.state, &row->now);
}

static int
report_finding(struct verifying *g, const struct path_change *l, const struct verify_finding *f, struct err *e)
{
	struct verify_row row;

	g->count[f->verdict]++;
	if (f->verdict == VERDICT_AS_LEFT)
		return 0;
	if (g->listing.text)
		return add_finding_cells(g, l, f, e);
	progress_clear(&g->progress);
	finding_row(&row, l, f);
	printer_row(&g->listing.printer, &row.r);
	return 0;
}

/* What cannot be looked at is neither as it was left nor otherwise: said, and the rest goes on. */
static int
verify_one(struct verifying *g, const struct path_change *l, struct err *e)
{
	struct verify_finding f;
	int rc = verify_path(&g->v, l, &f, e);

	g->done = number_add(g->done, number_add(PATH_COST, verify_cost(l)));
	progress_set(&g->progress, g->done);
	if (rc == 0) {
		rc = report_finding(g, l, &f, e);
	} else if (e->code == ERR_SYSTEM) {
		progress_clear(&g->progress);
		err_message("cannot verify %s: %s", l->path, strerror(e->sys));
		g->n_unreadable++;
		rc = 0;
	}
	verify_finding_release(&f);
	return rc;
}

static bool
is_verified(const struct verifying *g, const struct path_change *l)
{
	return verify_concerns(l) && filter_passes(&g->ctx->opt, l->path);
}

/* Each path to be verified; cost not NULL: only add up what it will cost. */
static int
each_path(struct verifying *g, int64_t *cost, struct err *e)
{
	struct runs_as_one reader = { .n_undos = 0 };
	struct path_change l;
	int more;

	if (runs_as_one_open(&reader, g->ctx->store, g->runs.v, g->runs.n, e) < 0)
		return -1;
	while ((more = runs_as_one_next(&reader, &l, e)) > 0) {
		if (is_verified(g, &l)) {
			if (cost)
				*cost = number_add(*cost, number_add(PATH_COST, verify_cost(&l)));
			else if (verify_one(g, &l, e) < 0)
				more = -1;
		}
		runs_as_one_release(&l);
		if (more < 0)
			break;
	}
	runs_as_one_close(&reader);
	return more;
}

static void
put_verdicts(const struct verifying *g, const struct buf *title)
{
	int64_t n = g->n_unreadable;
	struct buf line = BUF_INIT;

	for (int v = 0; v < VERDICT_COUNT; v++)
		n += g->count[v];
	buf_addf(&line, "%s: %" PRId64 " path%s: %" PRId64 " as left", title->data, n, n == 1 ? "" : "s",
		 g->count[VERDICT_AS_LEFT]);
	for (int v = VERDICT_AS_LEFT + 1; v < VERDICT_COUNT; v++) {
		if (g->count[v] > 0)
			buf_addf(&line, ", %" PRId64 " %s", g->count[v], verdict_names[v]);
	}
	if (g->n_unreadable > 0)
		buf_addf(&line, ", %" PRId64 " that could not be read", g->n_unreadable);
	err_message("%s", line.data);
	buf_release(&line);
}

static int
compare_all(struct verifying *g, struct err *e)
{
	bool quiet = g->ctx->opt.quiet;
	int64_t total = 0;
	int rc;

	if (progress_possible(quiet) && each_path(g, &total, e) < 0)
		return -1;
	progress_begin(&g->progress, "verifying", total, quiet);
	digest_watch(g->v.digester, progress_add, &g->progress);
	rc = each_path(g, NULL, e);
	progress_clear(&g->progress);
	return rc;
}

static int
print_findings(struct verifying *g, struct err *e)
{
	const struct path_change no_path = { .path = NULL };
	const struct verify_finding nothing = { .now = PRESENT_INIT };
	struct verify_row names;

	if (listing_open(&g->listing, &g->ctx->opt, e) < 0)
		return -1;
	finding_row(&names, &no_path, &nothing);
	listing_names(&g->listing, &names.r);
	listing_columns(&g->listing, columns, ARRAY_SIZE(columns), false);
	return listing_close(&g->listing, compare_all(g, e), e);
}

static int
verify_runs(struct verifying *g, struct err *e)
{
	struct cmd_context *ctx = g->ctx;
	struct buf title = BUF_INIT;
	int rc = -1;

	if (typed_path_only_root(ctx->cmd->name, &ctx->opt.root, &g->root, e) < 0 ||
	    run_arg_all(ctx->store, ctx->argv, (size_t)ctx->argc, ctx->opt.since, &g->runs, e) < 0)
		goto out;
	for (size_t i = 0; i < g->runs.n; i++) {
		if (run_arg_ended(ctx->store, g->runs.v[i], e) < 0)
			goto out;
	}
	if (run_title_add(&title, ctx->store, g->runs.v, g->runs.n, e) < 0)
		goto out;
	if (g->root && strcmp(g->root, "/") != 0)
		g->v.root = g->root;
	g->v.ids = g->runs.v;
	g->v.n_ids = g->runs.n;
	rc = print_findings(g, e);
	if (rc == 0 && !ctx->opt.quiet)
		put_verdicts(g, &title);
out:
	buf_release(&title);
	return rc;
}

static int
verify_main(struct cmd_context *ctx)
{
	struct verifying g = { .ctx = ctx, .v = { .store = ctx->store, .dirs = DIR_CACHE_INIT } };
	int rc;

	g.v.digester = digest_new();
	rc = verify_runs(&g, &ctx->err);
	digest_free(g.v.digester);
	dir_cache_release(&g.v.dirs);
	run_arg_ids_release(&g.runs);
	free(g.root);
	if (rc < 0)
		return -1;
	if (g.n_unreadable > 0)
		return EXIT_FAILED;
	for (int v = VERDICT_AS_LEFT + 1; v < VERDICT_COUNT; v++) {
		if (g.count[v] > 0)
			return EXIT_DIFFERENT;
	}
	return EXIT_DONE;
}
