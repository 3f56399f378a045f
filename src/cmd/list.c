/* list: the history, a line a run, newest last. */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "cmd/cmd.h"
#include "cmd/ui/listing.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/text.h"
#include "store/query_run.h"
#include "store/run.h"

static int list_main(struct cmd_context *ctx);

const struct cmd cmd_list = {
	.name = "list",
	.group = GROUP_LOOK,
	.summary = "list the runs in the history, newest last",
	.usage = "list [OPTION...]",
	.needs = CMD_DB_READ,
	.formats = FORMATS_ROWS,
	.options = { OPT_LAST, OPT_NAMES, OPT_KIND, OPT_ALL_KINDS, OPT_FORMAT, OPT_OUTPUT, OPT_COLOR, OPT_DB },
	.main = list_main,
};

static const struct column columns[] = {
	{ "RUN", true, 0 },
	{ "NAME", false, 0 },
	{ "STARTED", false, 0 },
	{ "SECS", true, 0 },
	{ "EXIT", true, 0 },
	{ "CHANGES", false, 0 },
	{ "BLIND", true, 0 },
	{ "STATE", false, 0 },
	{ "COMMAND", false, 0 },
};

/* Imported runs go by the names of their hosts. */
static void
add_run_name(struct buf *out, const struct row *r)
{
	struct buf name = BUF_INIT;

	if (!row_text(r, "name")) {
		buf_addch(out, '-');
		return;
	}
	if (row_text(r, "imported") && row_text(r, "host"))
		buf_addf(&name, "%s:", row_text(r, "host"));
	buf_addstr(&name, row_text(r, "name"));
	text_add_quoted(out, name.data);
	buf_release(&name);
}

static void
add_exit(struct buf *out, const struct row *r)
{
	if (row_int(r, "exit_signal") > 0)
		text_add_signal(out, (int)row_int(r, "exit_signal"));
	else
		text_add_message(out, row_text(r, "exit_status"));
}

static void
add_run_seconds(struct buf *out, const struct cursor *c, const struct row *r)
{
	const struct field *f = row_get(r, "seconds");

	if (f->type == CURSOR_NULL)
		buf_addch(out, '-');
	else
		buf_addf(out, "%.1f", cursor_real(c, (int)(f - r->f)));
}

/* "+14 ~2 @1 -3": created, modified, with new attributes, deleted, so that a line has room for the command. */
static void
add_changes(struct buf *out, const struct row *r)
{
	static const struct {
		const char *column;
		char sign;
	} tallies[] = {
		{ "n_created", '+' }, { "n_modified", '~' }, { "n_attributes", '@' }, { "n_deleted", '-' },
	};
	size_t begin = out->len;

	for (size_t i = 0; i < ARRAY_SIZE(tallies); i++) {
		int64_t n = row_int(r, tallies[i].column);

		if (n != 0)
			buf_addf(out, "%s%c%lld", out->len > begin ? " " : "", tallies[i].sign, (long long)n);
	}
	if (out->len == begin)
		buf_addch(out, '-');
}

/* In the colour of what is the gravest of a run's changes. */
static enum style
changes_style(const struct row *r)
{
	if (row_int(r, "n_deleted") != 0)
		return STYLE_RED;
	if (row_int(r, "n_modified") != 0 || row_int(r, "n_attributes") != 0)
		return STYLE_YELLOW;
	return row_int(r, "n_created") != 0 ? STYLE_GREEN : STYLE_NONE;
}

static void
add_run_cells(struct columns *t, const struct cursor *c, const struct row *r, int64_t n_kept_back)
{
	struct buf cell = BUF_INIT;

	columns_add_int(t, row_int(r, "id"), STYLE_NONE);
	add_run_name(&cell, r);
	columns_add_buf(t, &cell, STYLE_NONE);
	text_add_view_time(&cell, row_text(r, "started"), "%Y-%m-%d %H:%M");
	columns_add_buf(t, &cell, STYLE_NONE);
	add_run_seconds(&cell, c, r);
	columns_add_buf(t, &cell, STYLE_NONE);
	add_exit(&cell, r);
	columns_add_buf(t, &cell, STYLE_NONE);
	add_changes(&cell, r);
	columns_add_buf(t, &cell, changes_style(r));
	columns_add_int(t, row_int(r, "n_blind_spots"), row_int(r, "n_blind_spots") ? STYLE_BOLD : STYLE_NONE);
	text_add_run_state(&cell, row_text(r, "state"), n_kept_back);
	columns_add_buf(t, &cell, STYLE_NONE);
	text_add_message(&cell, row_text(r, "command"));
	columns_add_buf(t, &cell, STYLE_NONE);
	buf_release(&cell);
}

static int
put_run_text(struct listing *l, struct store *s, const struct cursor *c, const struct row *r, struct err *e)
{
	int64_t n_kept_back = 0;

	if (query_run_kept_back(s, row_int(r, "id"), &n_kept_back, e) < 0)
		return -1;
	add_run_cells(&l->table, c, r, n_kept_back);
	return 0;
}

static int
print_runs(struct listing *l, struct store *s, struct cursor *c, struct err *e)
{
	struct row r;
	int more, rc = 0;

	row_names(&r, c);
	listing_names(l, &r);
	listing_columns(l, columns, ARRAY_SIZE(columns), true);
	while (rc == 0 && (more = cursor_next(c, e)) != 0) {
		if (more < 0)
			return -1;
		row_load(&r, c);
		run_arg_show_state(&r, s);
		if (l->text)
			rc = put_run_text(l, s, c, &r, e);
		else
			printer_row(&l->printer, &r);
	}
	return rc;
}

static int
check_kinds(const char *list, struct err *e)
{
	while (*list) {
		size_t len = strcspn(list, ",");
		int k = 0;

		while (k < RUN_KIND_COUNT && (strlen(run_kind_names[k]) != len || strncmp(run_kind_names[k], list, len) != 0))
			k++;
		if (k == RUN_KIND_COUNT)
			return err_set(e, ERR_USAGE, "list: there is no kind '%.*s'; see: writetrace help list", (int)len, list);
		list += len + (list[len] == ',');
	}
	return 0;
}

/* What undo and uninstall did is in the way of who looks for what to take back. */
static int
choose_runs(struct cmd_context *ctx, struct cursor **c)
{
	const struct options *o = &ctx->opt;
	const char *kinds = o->kind ? o->kind : o->all ? NULL : "run,attach";
	int64_t newest = -1;

	if (o->last && number_parse(o->last, INT64_MAX, &newest) < 0)
		return err_set(&ctx->err, ERR_USAGE, "list: --last takes a number, not '%s'", o->last);
	if (o->kind && check_kinds(o->kind, &ctx->err) < 0)
		return -1;
	return query_runs_like(ctx->store, kinds, o->name, newest, c, &ctx->err);
}

static int
list_main(struct cmd_context *ctx)
{
	struct listing listing = { 0 };
	struct cursor *c = NULL;
	int rc = -1;

	if (choose_runs(ctx, &c) == 0 && listing_open(&listing, &ctx->opt, &ctx->err) == 0)
		rc = listing_close(&listing, print_runs(&listing, ctx->store, c, &ctx->err), &ctx->err);
	cursor_close(c);
	return rc < 0 ? -1 : EXIT_DONE;
}
