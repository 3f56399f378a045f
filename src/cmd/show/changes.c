/* The rows of show: a line per changed path, and the connections. */
#include "config.h"

#include "cmd/show/changes.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "cmd/show/rows.h"
#include "cmd/ui/columns.h"
#include "cmd/ui/row.h"
#include "cmd/ui/text.h"
#include "store/query_change.h"

static const struct column change_columns[] = {
	{ "CHANGE", false, sizeof("attributes") - 1 },
	{ "MODE", false, 4 },
	{ "BYTES", true, 6 },
	{ "PATH", false, 0 },
};

/* The size of what is new, the loss of what is gone, the signed difference of what is other than before. */
static void
add_size_change(struct buf *cell, const struct row *r)
{
	enum change_class class = row_change_class(r);
	int64_t before = row_int(r, "size_before"), after = row_int(r, "size_after");
	bool has_before = !row_is_null(r, "size_before"), has_after = !row_is_null(r, "size_after");

	if (class == CHANGE_CREATED && has_after)
		buf_addf(cell, "%" PRId64, after);
	else if (class == CHANGE_DELETED && has_before)
		buf_addf(cell, "%" PRId64, number_subtract(0, before));
	else if (class == CHANGE_MODIFIED && has_before && has_after)
		buf_addf(cell, "%+" PRId64, number_subtract(after, before));
	else
		buf_addch(cell, '-');
}

static void
add_mode(struct buf *cell, const struct row *r)
{
	const char *side = row_is_null(r, "mode_after") ? "mode_before" : "mode_after";

	if (row_is_null(r, side))
		buf_addch(cell, '-');
	else
		buf_addf(cell, "%04" PRIo64, (uint64_t)row_int(r, side));
}

/* "content,mtime" as "content, mtime". */
static void
add_differs_words(struct buf *cell, const char *differs)
{
	for (const char *p = differs; *p;) {
		size_t len = strcspn(p, ",");
		struct buf word = BUF_INIT;

		buf_add(&word, p, len);
		text_add_message(cell, word.data);
		buf_release(&word);
		p += len;
		if (*p == ',') {
			buf_addstr(cell, ", ");
			p++;
		}
	}
}

/* In what it differs, where it was before, and where it led. */
static void
add_notes(struct buf *cell, const struct row *r)
{
	enum change_class class = row_change_class(r);
	const char *differs = row_text(r, "differs");
	const char *from = row_text(r, "renamed_from");
	const char *target = class == CHANGE_MODIFIED ? row_text(r, "target_before") : NULL;

	if (class != CHANGE_MODIFIED && class != CHANGE_ATTRIBUTES)
		differs = NULL;
	if (!differs && !from)
		return;
	buf_addstr(cell, "  (");
	if (differs)
		add_differs_words(cell, differs);
	if (from || target)
		buf_addstr(cell, differs ? "; was" : "was");
	if (from) {
		buf_addch(cell, ' ');
		text_add_quoted(cell, from);
	}
	if (target) {
		buf_addstr(cell, " -> ");
		text_add_quoted(cell, target);
	}
	buf_addch(cell, ')');
}

/* With the packages that the paths belong to. */
static const struct column owned_columns[] = {
	{ "CHANGE", false, sizeof("attributes") - 1 },
	{ "MODE", false, 4 },
	{ "BYTES", true, 6 },
	{ "PACKAGE", false, 7 },
	{ "PATH", false, 0 },
};

static void
add_change_row(struct columns *t, const struct row *r, bool owners)
{
	const char *target = row_text(r, row_is_null(r, "target_after") ? "target_before" : "target_after");
	struct buf cell = BUF_INIT;

	text_add_message(&cell, row_text(r, "change"));
	columns_add_buf(t, &cell, output_change_style(row_change_class(r)));
	add_mode(&cell, r);
	columns_add_buf(t, &cell, STYLE_NONE);
	add_size_change(&cell, r);
	columns_add_buf(t, &cell, STYLE_NONE);
	if (owners) {
		text_add_message(&cell, row_is_null(r, "package") ? "-" : row_text(r, "package"));
		columns_add_buf(t, &cell, STYLE_NONE);
	}
	text_add_path(&cell, row_text(r, "path"), row_text(r, "type"), target);
	add_notes(&cell, r);
	columns_add_buf(t, &cell, STYLE_NONE);
	buf_release(&cell);
}

static const struct column path_columns[] = {
	{ "WRITTEN SO FAR", false, 0 },
};

static void
add_path_row(struct columns *t, const struct row *r)
{
	struct buf cell = BUF_INIT;

	text_add_quoted(&cell, row_text(r, "path"));
	columns_add_buf(t, &cell, STYLE_NONE);
	buf_release(&cell);
}

/* All there is of a run that has not ended. */
static int
add_written_paths(struct show *s, struct columns *t, struct err *e)
{
	struct cursor *c = NULL;
	struct row r;
	int more = query_written_paths(s->store, s->run.id, &c, e);

	columns_init(t, path_columns, ARRAY_SIZE(path_columns));
	while (more >= 0 && (more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		if (rows_want(s, row_text(&r, "path")))
			add_path_row(t, &r);
	}
	cursor_close(c);
	return more;
}

static int
add_change_rows(struct show *s, struct columns *t, struct err *e)
{
	struct rows_changes rows;
	struct row *r;
	int more = rows_changes_open(&rows, s, COLUMNS_BRIEF, e);

	if (s->owners)
		columns_init(t, owned_columns, ARRAY_SIZE(owned_columns));
	else
		columns_init(t, change_columns, ARRAY_SIZE(change_columns));
	while (more >= 0 && (more = rows_changes_next(&rows, s, &r, e)) > 0)
		add_change_row(t, r, s->owners != NULL);
	rows_changes_close(&rows);
	return more;
}

int
show_changes(struct show *s, struct err *e)
{
	struct columns t;
	int rc = s->unfinished ? add_written_paths(s, &t, e) : add_change_rows(s, &t, e);

	if (rc == 0 && t.n_cells > 0) {
		fputc('\n', s->out.f);
		columns_print(&t, &s->out, false);
	}
	columns_release(&t);
	return rc;
}

static const struct {
	struct column column;
	const char *field;
} connection_columns[] = {
	{ { "ADDRESS", false, 0 }, "address" },
	{ { "PORT", true, 0 }, "port" },
	{ { "FAMILY", false, 0 }, "family" },
	{ { "TYPE", false, 0 }, "type" },
	{ { "PROTOCOL", false, 0 }, "protocol" },
	{ { "ERROR", false, 0 }, "error" },
	{ { "COUNT", true, 0 }, "count" },
	{ { "PROGRAM", false, 0 }, "program" },
};

static void
add_connection_row(struct columns *t, const struct row *r)
{
	struct buf cell = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(connection_columns); i++) {
		text_add_quoted(&cell, row_text(r, connection_columns[i].field));
		columns_add_buf(t, &cell, STYLE_NONE);
	}
	buf_release(&cell);
}

int
show_connections(struct show *s, struct err *e)
{
	struct column heads[ARRAY_SIZE(connection_columns)];
	struct columns t;
	struct cursor *c;
	struct row r;
	int more;

	if (query_connections(s->store, s->run.id, s->opt->all, &c, e) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
		heads[i] = connection_columns[i].column;
	columns_init(&t, heads, ARRAY_SIZE(heads));
	while ((more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		add_connection_row(&t, &r);
	}
	if (more == 0)
		columns_print(&t, &s->out, false);
	columns_release(&t);
	cursor_close(c);
	return more;
}
