/* who: every run and process that wrote a path, or anything below it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "cmd/ui/ancestry.h"
#include "cmd/cmd.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/listing.h"
#include "cmd/ui/typed_path.h"
#include "cmd/ui/text.h"
#include "store/query_change.h"

static int who_main(struct cmd_context *ctx);

const struct cmd cmd_who = {
	.name = "who",
	.group = GROUP_LOOK,
	.summary = "tell which runs and processes wrote a path, or anything below it",
	.usage = "who [OPTION...] [PATH...]",
	.needs = CMD_DB_READ,
	.formats = FORMATS_PATHS,
	.max_args = -1,
	.options = { OPT_FORMAT, OPT_NULL, OPT_OUTPUT, OPT_COLOR, OPT_ONLY, OPT_EXCEPT, OPT_SHA256, OPT_DB },
	.main = who_main,
};

/* PATH stands only where the rows may be of several paths. */
static const struct column columns[] = {
	{ "RUN", true, 0 },
	{ "NAME", false, 0 },
	{ "TIME", false, 0 },
	{ "CHANGE", false, 0 },
	{ "BY", false, 0 },
};

static const struct column path_columns[] = {
	{ "RUN", true, 0 },
	{ "NAME", false, 0 },
	{ "TIME", false, 0 },
	{ "CHANGE", false, 0 },
	{ "PATH", false, 0 },
	{ "BY", false, 0 },
};

struct who {
	struct cmd_context *ctx;
	struct ancestry *ancestry;
	char **paths;		/* as the history has them; owned */
	size_t n_paths;
	bool with_paths;	/* the column PATH */
	size_t n_rows;
	struct listing listing;
};

/* Takes path over.  What is at or below another path is found there, and only once. */
static void
add_path_to_find(struct who *w, char *path)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->n_paths; i++) {
		if (path_is_under(path, w->paths[i])) {
			free(path);
			return;
		}
	}
	for (size_t i = 0; i < w->n_paths; i++) {
		if (path_is_under(w->paths[i], path))
			free(w->paths[i]);
		else
			w->paths[kept++] = w->paths[i];
	}
	w->n_paths = kept;
	*LIST_ADD(w->paths, w->n_paths) = path;
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* What was typed may be a link, and mean that or what it leads to: both are looked for. */
static int
find_paths(struct who *w, struct err *e)
{
	for (int i = 0; i < w->ctx->argc; i++) {
		char *path, *target;

		if (typed_path(w->ctx->argv[i], &path, e) < 0)
			return -1;
		target = typed_path_target(path);
		add_path_to_find(w, path);
		if (target)
			add_path_to_find(w, target);
	}
	w->with_paths = w->n_paths > 1;
	for (size_t i = 0; !w->with_paths && i < w->n_paths; i++) {
		int below = query_any_below(w->ctx->store, w->paths[i], e);

		if (below < 0)
			return -1;
		w->with_paths = below > 0 || is_directory(w->paths[i]);
	}
	return 0;
}

static void
add_writer_cells(struct who *w, const struct row *r)
{
	struct buf cell = BUF_INIT;

	columns_add_int(&w->listing.table, row_int(r, "run_id"), STYLE_NONE);
	text_add_quoted(&cell, row_text(r, "name"));
	columns_add_buf(&w->listing.table, &cell, STYLE_NONE);
	text_add_view_time(&cell, row_text(r, "last"), "%Y-%m-%d %H:%M:%S");
	columns_add_buf(&w->listing.table, &cell, STYLE_NONE);
	text_add_message(&cell, row_text(r, "change"));
	columns_add_buf(&w->listing.table, &cell, output_change_style(row_change_class(r)));
	if (w->with_paths) {
		text_add_path(&cell, row_text(r, "path"), row_text(r, "type"), NULL);
		columns_add_buf(&w->listing.table, &cell, STYLE_NONE);
	}
	text_add_message(&cell, row_text(r, "by"));
	columns_add_buf(&w->listing.table, &cell, STYLE_NONE);
	buf_release(&cell);
}

static int
add_writer_row(struct who *w, struct row *r, struct err *e)
{
	int64_t process_id = row_int(r, "process_id");

	if (process_id) {
		const char *by = ancestry_of(w->ancestry, process_id, e);

		if (!by)
			return -1;
		if (*by)
			row_set(r, "by", by);
	}
	if (w->n_rows++ == 0)
		listing_columns(&w->listing, w->with_paths ? path_columns : columns,
				w->with_paths ? ARRAY_SIZE(path_columns) : ARRAY_SIZE(columns), true);
	if (w->listing.text)
		add_writer_cells(w, r);
	else
		printer_row(&w->listing.printer, r);
	return 0;
}

/* The cursor is closed. */
static int
find_rows(struct who *w, struct cursor *c, struct err *e)
{
	struct row r;
	int rc = 0, more = 0;

	row_names(&r, c);
	listing_names(&w->listing, &r);
	while (rc == 0 && (more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		if (filter_passes(&w->ctx->opt, row_text(&r, "path")))
			rc = add_writer_row(w, &r, e);
	}
	cursor_close(c);
	return rc < 0 || more < 0 ? -1 : 0;
}

static int
check_who_arguments(const struct cmd_context *ctx, struct digest *content, struct err *e)
{
	const struct options *o = &ctx->opt;

	if (!o->sha256)
		return ctx->argc > 0 ? 0 : err_set(e, ERR_USAGE, "who: which PATH, or which content (--sha256=HEX)?");
	if (ctx->argc > 0)
		return err_set(e, ERR_USAGE, "who: --sha256 and PATH contradict each other; --only chooses among its rows");
	if (!digest_parse(o->sha256, content))
		return err_set(e, ERR_USAGE, "who: --sha256 takes 64 hexadecimal digits, not '%s'", o->sha256);
	return 0;
}

static int
find_content(struct who *w, const struct digest *content, struct err *e)
{
	struct cursor *c;
	int rc;

	w->with_paths = true;
	if (listing_open(&w->listing, &w->ctx->opt, e) < 0)
		return -1;
	rc = query_who_content(w->ctx->store, content, &c, e) < 0 ? -1 : find_rows(w, c, e);
	return listing_close(&w->listing, rc, e);
}

static int
find_writers(struct who *w, struct err *e)
{
	struct cursor *c;
	int rc = 0;

	if (find_paths(w, e) < 0 || listing_open(&w->listing, &w->ctx->opt, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < w->n_paths; i++)
		rc = query_who(w->ctx->store, w->paths[i], &c, e) < 0 ? -1 : find_rows(w, c, e);
	return listing_close(&w->listing, rc, e);
}

static int
who_main(struct cmd_context *ctx)
{
	struct who w = { .ctx = ctx };
	struct digest content;
	int rc;

	if (check_who_arguments(ctx, &content, &ctx->err) < 0)
		return -1;
	w.ancestry = ancestry_new(ctx->store);
	rc = ctx->opt.sha256 ? find_content(&w, &content, &ctx->err) : find_writers(&w, &ctx->err);
	if (rc == 0 && w.n_rows == 0 && ctx->opt.sha256)
		err_message("history %s knows no file that had or got this content", ctx->history);
	else if (rc == 0 && w.n_rows == 0)
		err_message("history %s knows no writer of %s%s", ctx->history, w.paths[0],
			    w.n_paths > 1 ? " or the others" : "");
	for (size_t i = 0; i < w.n_paths; i++)
		free(w.paths[i]);
	free(w.paths);
	ancestry_free(w.ancestry);
	if (rc < 0)
		return -1;
	return w.n_rows > 0 ? EXIT_DONE : EXIT_DIFFERENT;
}
