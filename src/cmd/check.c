/* check: what runs changed outside of the places where they may. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/places.h"
#include "cmd/cmd.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/listing.h"
#include "cmd/ui/place_arg.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/run_title.h"
#include "cmd/ui/text.h"
#include "event.h"
#include "history/runs_as_one.h"

static int check_main(struct cmd_context *ctx);

const struct cmd cmd_check = {
	.name = "check",
	.group = GROUP_LOOK,
	.summary = "tell what runs changed outside of the places where they may",
	.usage = "check [OPTION...] --allow=PLACE... [RUN...]",
	.needs = CMD_DB_READ,
	.formats = FORMATS_PATHS,
	.max_args = -1,
	.options = { OPT_ALLOW, OPT_ALLOW_FROM, OPT_QUIET, OPT_FORMAT, OPT_NULL, OPT_OUTPUT, OPT_COLOR, OPT_ONLY,
		     OPT_EXCEPT, OPT_SINCE, OPT_DB },
	.main = check_main,
};

struct checking {
	struct cmd_context *ctx;
	struct places allowed;
	struct run_ids runs;
	struct listing listing;
	int64_t n_changed, n_outside;
};

static const struct column columns[] = {
	{ NULL, false, sizeof("attributes") - 1 },
	{ NULL, false, 0 },
};

/* Taken together, the runs left the path otherwise than they found it. */
static bool
is_change(const struct path_change *c)
{
	switch (c->class) {
	case CHANGE_CREATED:
	case CHANGE_MODIFIED:
	case CHANGE_ATTRIBUTES:
	case CHANGE_DELETED:
		return !c->parent_only;
	default:
		return false;
	}
}

static const struct file_state *
side_shown(const struct path_change *c)
{
	return c->after.type == FILE_ABSENT ? &c->before : &c->after;
}

static void
add_outside_cells(struct checking *k, const struct path_change *c)
{
	const struct file_state *shown = side_shown(c);
	struct buf cell = BUF_INIT;
	char words[64];

	columns_add(&k->listing.table, change_names[c->class], output_change_style(c->class));
	text_add_path(&cell, c->path, state_type_names[shown->type], shown->target);
	if ((c->class == CHANGE_MODIFIED || c->class == CHANGE_ATTRIBUTES) && change_differs_text(c->differs, words))
		buf_addf(&cell, "  (%s)", words);
	columns_add_buf(&k->listing.table, &cell, STYLE_NONE);
	buf_release(&cell);
}

static void
set_of_type(struct row *r, const char *name, const struct file_state *f, bool wanted, int64_t value)
{
	if (wanted && f->type != FILE_ABSENT)
		row_set_int(r, name, value);
	else
		row_set(r, name, NULL);
}

/* c NULL: the names alone. */
static void
outside_row(struct row *r, const struct path_change *c, char words[64])
{
	static const struct file_state nothing = { .type = FILE_ABSENT };
	const struct file_state *before = c ? &c->before : &nothing, *after = c ? &c->after : &nothing;
	const struct file_state *shown = c ? side_shown(c) : &nothing;

	r->n = 0;
	row_set_int(r, "run_id", c ? c->last_run : 0);
	row_set(r, "path", c ? c->path : NULL);
	row_set(r, "change", c ? change_names[c->class] : NULL);
	row_set(r, "type", state_type_names[shown->type]);
	row_set(r, "differs", c && c->class != CHANGE_CREATED && c->class != CHANGE_DELETED
			? change_differs_text(c->differs, words) : NULL);
	set_of_type(r, "size_before", before, before->type == FILE_REGULAR, before->size_bytes);
	set_of_type(r, "size_after", after, after->type == FILE_REGULAR, after->size_bytes);
	set_of_type(r, "mode_before", before, true, before->mode);
	set_of_type(r, "mode_after", after, true, after->mode);
	set_of_type(r, "uid_before", before, true, before->uid);
	set_of_type(r, "uid_after", after, true, after->uid);
	set_of_type(r, "gid_before", before, true, before->gid);
	set_of_type(r, "gid_after", after, true, after->gid);
	row_set(r, "target_before", before->target);
	row_set(r, "target_after", after->target);
}

static void
check_one(struct checking *k, const struct path_change *c)
{
	struct row row;
	char words[64];

	k->n_changed++;
	if (places_have(&k->allowed, c->path))
		return;
	k->n_outside++;
	if (k->listing.text) {
		add_outside_cells(k, c);
		return;
	}
	outside_row(&row, c, words);
	printer_row(&k->listing.printer, &row);
}

static int
check_all(struct checking *k, struct err *e)
{
	struct runs_as_one reader = { .n_undos = 0 };
	struct path_change c;
	int more;

	if (runs_as_one_open(&reader, k->ctx->store, k->runs.v, k->runs.n, e) < 0)
		return -1;
	while ((more = runs_as_one_next(&reader, &c, e)) > 0) {
		if (is_change(&c) && filter_passes(&k->ctx->opt, c.path))
			check_one(k, &c);
		runs_as_one_release(&c);
	}
	runs_as_one_close(&reader);
	return more;
}

static int
print_outside(struct checking *k, struct err *e)
{
	struct row names;
	char words[64];

	if (listing_open(&k->listing, &k->ctx->opt, e) < 0)
		return -1;
	outside_row(&names, NULL, words);
	listing_names(&k->listing, &names);
	listing_columns(&k->listing, columns, ARRAY_SIZE(columns), false);
	return listing_close(&k->listing, check_all(k, e), e);
}

static int
put_tally(const struct checking *k, struct err *e)
{
	struct buf line = BUF_INIT;
	int rc = run_title_add(&line, k->ctx->store, k->runs.v, k->runs.n, e);

	if (rc == 0) {
		buf_addf(&line, ": %" PRId64 " changed path%s, ", k->n_changed, k->n_changed == 1 ? "" : "s");
		if (k->n_outside == 0)
			buf_addstr(&line, "none of them outside of what is allowed");
		else
			buf_addf(&line, "%" PRId64 " of them outside of what is allowed", k->n_outside);
		err_message("%s", line.data);
	}
	buf_release(&line);
	return rc;
}

static int
check_runs(struct checking *k, struct err *e)
{
	struct cmd_context *ctx = k->ctx;

	if (!ctx->opt.given[OPT_ALLOW] && !ctx->opt.given[OPT_ALLOW_FROM])
		return err_set(e, ERR_USAGE, "check needs --allow=PLACE or --allow-from=FILE: where runs may change something");
	if (place_arg_all(&ctx->opt, &k->allowed, e) < 0 ||
	    run_arg_all(ctx->store, ctx->argv, (size_t)ctx->argc, ctx->opt.since, &k->runs, e) < 0)
		return -1;
	if (run_arg_ask(ctx->store, k->runs.v, k->runs.n, e) < 0 || print_outside(k, e) < 0)
		return -1;
	return ctx->opt.quiet ? 0 : put_tally(k, e);
}

static int
check_main(struct cmd_context *ctx)
{
	struct checking k = { .ctx = ctx };
	int rc = check_runs(&k, &ctx->err);

	run_arg_ids_release(&k.runs);
	places_release(&k.allowed);
	if (rc < 0)
		return -1;
	return k.n_outside > 0 ? EXIT_DIFFERENT : EXIT_DONE;
}
