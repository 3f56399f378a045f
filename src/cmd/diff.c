/* diff: what the second of two runs left otherwise than the first. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "file/change.h"
#include "cmd/cmd.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/listing.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/typed_path.h"
#include "cmd/ui/text.h"
#include "store/query_change.h"

static int diff_main(struct cmd_context *ctx);

const struct cmd cmd_diff = {
	.name = "diff",
	.group = GROUP_LOOK,
	.summary = "compare what two runs left; --root twice: below two directories",
	.usage = "diff [OPTION...] [--root=DIR [--root=DIR]] RUN RUN",
	.needs = CMD_DB_READ,
	.formats = FORMATS_PATHS,
	.min_args = 2,
	.max_args = 2,
	.options = { OPT_ROOT, OPT_FORMAT, OPT_NULL, OPT_OUTPUT, OPT_COLOR, OPT_ONLY, OPT_EXCEPT, OPT_DB },
	.main = diff_main,
};

/* What one run left, path by path. */
struct side {
	struct cursor *cursor;
	char *root;		/* paths are compared from behind it; NULL: whole */
	int64_t id;
	struct row row;
	bool there;		/* row is one; else the side is at its end */
};

struct diff {
	struct cmd_context *ctx;
	struct side side[2];
	struct listing listing;
	size_t n_rows;
};

static const struct column columns[] = {
	{ NULL, false, 0 },
	{ NULL, false, 0 },
};

static const char *
side_path(const struct side *s)
{
	const char *path = row_text(&s->row, "path");

	if (!path)
		return "";	/* no row of a healthy history is without one */
	return s->root ? path + strlen(s->root) + 1 : path;
}

/* The next row that the options let through. */
static int
side_next(struct side *s, const struct options *o, struct err *e)
{
	int more;

	while ((more = cursor_next(s->cursor, e)) > 0) {
		row_load(&s->row, s->cursor);
		if (filter_passes(o, row_text(&s->row, "path")))
			break;
	}
	s->there = more > 0;
	return more < 0 ? -1 : 0;
}

static int
side_open(struct side *s, struct cmd_context *ctx, const char *run, const char *root)
{
	if (run_arg_one(ctx->store, run, &s->id, &ctx->err) < 0 || run_arg_ended(ctx->store, s->id, &ctx->err) < 0)
		return -1;
	if (root) {
		if (typed_path_root(root, &s->root, &ctx->err) < 0)
			return -1;
		/* "/" is the empty string in front of a slash */
		if (strcmp(s->root, "/") == 0)
			s->root[0] = '\0';
	}
	if (query_left(ctx->store, s->id, s->root && *s->root ? s->root : "/", &s->cursor, &ctx->err) < 0)
		return -1;
	return side_next(s, &ctx->opt, &ctx->err);
}

static bool
same_text(const struct row *a, const struct row *b, const char *name)
{
	const char *x = row_text(a, name), *y = row_text(b, name);

	return x && y ? strcmp(x, y) == 0 : !x && !y;
}

static bool
same_number(const struct row *a, const struct row *b, const char *name)
{
	return row_int(a, name) == row_int(b, name);
}

/* Contents that were never read (of what was only moved) differ where their sizes do. */
static bool
same_left_content(const struct row *a, const struct row *b)
{
	if (!same_number(a, b, "size"))
		return false;
	return !row_text(a, "sha256") || !row_text(b, "sha256") || same_text(a, b, "sha256");
}

/* Modes of links mean nothing, sizes and targets nothing where the types differ.  A set of DIFFERS_*. */
static unsigned
compare_rows(const struct row *a, const struct row *b)
{
	const char *type = row_text(b, "type");
	bool same_type = same_text(a, b, "type");
	unsigned differs = same_type ? 0 : DIFFERS_TYPE;

	if (same_type && !same_left_content(a, b))
		differs |= DIFFERS_CONTENT;
	if (same_type && !same_text(a, b, "target"))
		differs |= DIFFERS_TARGET;
	if (!(same_type && type && strcmp(type, state_type_names[FILE_SYMLINK]) == 0) && !same_number(a, b, "mode"))
		differs |= DIFFERS_MODE;
	if (!same_number(a, b, "uid") || !same_number(a, b, "gid"))
		differs |= DIFFERS_OWNER;
	return differs;
}

/* For programs: both sides' columns, NULL where a side has none. */
static void
difference_row(struct row *row, const char *path, const char *differs, const struct row *a,
	       const struct row *b)
{
	static const struct {
		const char *name, *first, *second;
	} names[] = {
		{ "type", "type_first", "type_second" },
		{ "size", "size_first", "size_second" },
		{ "mode", "mode_first", "mode_second" },
		{ "uid", "uid_first", "uid_second" },
		{ "gid", "gid_first", "gid_second" },
		{ "target", "target_first", "target_second" },
		{ "sha256", "sha256_first", "sha256_second" },
	};
	static const struct row none = { .n = 0 };

	row->n = 0;
	row_set(row, "path", path);
	row_set(row, "differs", differs);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		row->f[row->n] = *row_get(a ? a : &none, names[i].name);
		row->f[row->n++].name = names[i].first;
		row->f[row->n] = *row_get(b ? b : &none, names[i].name);
		row->f[row->n++].name = names[i].second;
	}
}

/* The rows of the text; what became what, where that is short. */
static void
add_details(struct buf *cell, const struct row *row, unsigned differs)
{
	if (differs == DIFFERS_MODE)
		buf_addf(cell, "  (%04" PRIo64 " -> %04" PRIo64 ")",
			 (uint64_t)row_int(row, "mode_first"), (uint64_t)row_int(row, "mode_second"));
	if (differs == DIFFERS_OWNER)
		buf_addf(cell, "  (%" PRId64 ":%" PRId64 " -> %" PRId64 ":%" PRId64 ")",
			 row_int(row, "uid_first"), row_int(row, "gid_first"),
			 row_int(row, "uid_second"), row_int(row, "gid_second"));
}

/*
 * Of a path that one of the runs alone has: in one tree it is not gone for that, and people would take "only-first" for
 * it; of two staged trees it is just that.
 */
static void
add_word(struct diff *d, const struct row *row, bool gone, bool come)
{
	struct buf cell = BUF_INIT;

	if ((gone || come) && !d->side[0].root && !d->side[1].root)
		buf_addf(&cell, "not touched by run %" PRId64, d->side[gone ? 1 : 0].id);
	else
		buf_addf(&cell, "%s", row_text(row, "differs"));
	columns_add(&d->listing.table, cell.data, gone ? STYLE_RED : come ? STYLE_GREEN : STYLE_YELLOW);
	buf_release(&cell);
}

static void
add_difference_cells(struct diff *d, const struct row *row, unsigned differs)
{
	bool gone = row_is_null(row, "type_second");
	bool come = row_is_null(row, "type_first");
	struct buf cell = BUF_INIT;

	add_word(d, row, gone, come);
	text_add_path(&cell, row_text(row, "path"), row_text(row, gone ? "type_first" : "type_second"),
		      row_text(row, gone ? "target_first" : "target_second"));
	add_details(&cell, row, differs);
	columns_add(&d->listing.table, cell.data, STYLE_NONE);
	buf_release(&cell);
}

/* One of the sides may have no such path: NULL. */
static void
report_difference(struct diff *d, const char *path, unsigned differs, const struct row *first, const struct row *second)
{
	struct row row;
	char words[64];

	difference_row(&row, path, !second ? "only-first" : !first ? "only-second" : change_differs_text(differs, words),
		       first, second);
	d->n_rows++;
	if (d->listing.text)
		add_difference_cells(d, &row, differs);
	else
		printer_row(&d->listing.printer, &row);
}

/* What a run opened and left as it was says nothing about what it leaves, unless the other run has it too. */
static void
report_one_sided(struct diff *d, int at)
{
	const struct side *s = &d->side[at];

	if (row_change_class(&s->row) == CHANGE_UNCHANGED)
		return;
	report_difference(d, side_path(s), 0, at == 0 ? &s->row : NULL, at == 0 ? NULL : &s->row);
}

static void
report_both(struct diff *d)
{
	unsigned differs = compare_rows(&d->side[0].row, &d->side[1].row);

	if (differs)
		report_difference(d, side_path(&d->side[1]), differs, &d->side[0].row, &d->side[1].row);
}

/* One step of the merge of two sorted lists: below 0 the first's row comes first, 0: both have the path. */
static int
which_first(const struct diff *d)
{
	if (!d->side[1].there)
		return -1;
	if (!d->side[0].there)
		return 1;
	return strcmp(side_path(&d->side[0]), side_path(&d->side[1]));
}

static int
merge_sides(struct diff *d, struct err *e)
{
	const struct options *o = &d->ctx->opt;

	while (d->side[0].there || d->side[1].there) {
		int order = which_first(d);

		if (order == 0)
			report_both(d);
		else
			report_one_sided(d, order < 0 ? 0 : 1);
		if (order <= 0 && side_next(&d->side[0], o, e) < 0)
			return -1;
		if (order >= 0 && side_next(&d->side[1], o, e) < 0)
			return -1;
	}
	return 0;
}

static int
diff_runs(struct diff *d, struct err *e)
{
	const struct strings *roots = &d->ctx->opt.root;
	struct row names;

	if (roots->n > 2)
		return err_set(e, ERR_USAGE, "diff takes --root at most twice");
	for (size_t i = 0; i < 2; i++) {
		const char *root = roots->n == 0 ? NULL : roots->v[i < roots->n ? i : 0];

		if (side_open(&d->side[i], d->ctx, d->ctx->argv[i], root) < 0)
			return -1;
	}
	if (listing_open(&d->listing, &d->ctx->opt, e) < 0)
		return -1;
	difference_row(&names, NULL, NULL, NULL, NULL);
	listing_names(&d->listing, &names);
	listing_columns(&d->listing, columns, ARRAY_SIZE(columns), false);
	return listing_close(&d->listing, merge_sides(d, e), e);
}

static int
diff_main(struct cmd_context *ctx)
{
	struct diff d = { .ctx = ctx };
	int rc = diff_runs(&d, &ctx->err);

	for (size_t i = 0; i < 2; i++) {
		cursor_close(d.side[i].cursor);
		free(d.side[i].root);
	}
	if (rc < 0)
		return -1;
	return d.n_rows > 0 ? EXIT_DIFFERENT : EXIT_DONE;
}
