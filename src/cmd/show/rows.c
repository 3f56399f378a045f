/* The rows of show. */
#include "config.h"

#include "cmd/show/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/printer.h"
#include "cmd/ui/run_arg.h"
#include "file/state.h"
#include "history/runs_as_one.h"
#include "record/package_owners.h"
#include "store/query_run.h"

/* The answer for one run, behind those for others. */
static int
print_answer(struct printer *p, struct show *s, enum format format, struct cursor *c, bool is_run, struct err *e)
{
	struct row r;
	int more;

	row_names(&r, c);
	if (!p->out)
		printer_begin(p, s->out.f, format, &r);
	while ((more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		if (is_run)
			run_arg_show_state(&r, s->store);
		printer_row(p, &r);
	}
	return more;
}

int
rows_print(struct show *s, enum format format, show_query *query, struct err *e)
{
	struct printer p = { .n = 0 };
	struct cursor *c = NULL;
	int more = 0;

	for (size_t i = 0; more == 0 && i < s->ids.n; i++) {
		more = query(s->store, s->ids.v[i], &c, e);
		if (more == 0)
			more = print_answer(&p, s, format, c, query == query_runs_row, e);
		cursor_close(c);
		c = NULL;
	}
	if (more == 0)
		printer_end(&p);
	printer_release(&p);
	return more;
}

int
rows_changes_open(struct rows_changes *r, struct show *s, enum columns_wanted columns, struct err *e)
{
	memset(r, 0, sizeof(*r));
	if (s->ids.n == 1)
		return query_changes(s->store, s->ids.v[0], s->opt->all, columns, &r->cursor, e);
	r->reader = xcalloc(1, sizeof(*r->reader));
	if (runs_as_one_open(r->reader, s->store, s->ids.v, s->ids.n, e) < 0)
		return -1;
	return query_changes_of(s->store, s->ids.v, s->ids.n, columns, &r->cursor, e);
}

void
rows_changes_close(struct rows_changes *r)
{
	cursor_close(r->cursor);
	if (r->reader)
		runs_as_one_close(r->reader);
	free(r->reader);
	row_copy_release(&r->first);
	row_copy_release(&r->last);
	memset(r, 0, sizeof(*r));
}

/* 1 with pending loaded, 0 at the end, -1 with e set. */
static int
load_pending(struct rows_changes *r, struct err *e)
{
	int more = r->ready ? 1 : cursor_next(r->cursor, e);

	if (more > 0 && !r->ready)
		row_load(&r->pending, r->cursor);
	r->ready = more > 0;
	return more;
}

/* The view's rows of a path, the first run's and the last one's.  1, 0 where it has none, -1 with e set. */
static int
keep_rows_of(struct rows_changes *r, const char *path, struct err *e)
{
	int more, n = 0;

	while ((more = load_pending(r, e)) > 0) {
		const char *at = row_text(&r->pending, "path");
		int order = at ? strcmp(at, path) : -1;

		if (order > 0)
			break;
		r->ready = false;
		if (order < 0)
			continue;
		if (n++ == 0)
			row_keep(&r->first, &r->pending);
		row_keep(&r->last, &r->pending);
	}
	return more < 0 ? -1 : n > 0;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && strcmp(text + len - n, end) == 0;
}

/* What the first one found, and the last one left. */
static void
merge_rows(struct rows_changes *r, const struct path_change *c, char words[64])
{
	const struct file_state *shown = c->after.type == FILE_ABSENT ? &c->before : &c->after;

	r->row = r->last.r;
	for (size_t i = 0; i < r->row.n; i++) {
		struct field *f = &r->row.f[i];

		if (ends_with(f->name, "_before") || strcmp(f->name, "old_content") == 0)
			*f = *row_get(&r->first.r, f->name);
	}
	row_set(&r->row, "change", change_names[c->class]);
	row_set(&r->row, "type", state_type_names[shown->type]);
	row_set(&r->row, "differs", c->class == CHANGE_CREATED || c->class == CHANGE_DELETED ? NULL
			: change_differs_text(c->differs, words));
	row_set(&r->row, "renamed_from", c->renamed_from);
}

static int
next_as_one(struct rows_changes *r, const struct show *s, struct err *e)
{
	enum change_class last = s->opt->all ? CHANGE_TRANSIENT : CHANGE_ATTRIBUTES;
	struct path_change c;
	char words[64];
	int more;

	while ((more = runs_as_one_next(r->reader, &c, e)) > 0) {
		int kept = keep_rows_of(r, c.path, e);
		bool wanted = kept > 0 && c.class <= last;

		if (wanted) {
			struct row_copy whole = { .r.n = 0 };

			merge_rows(r, &c, words);
			row_keep(&whole, &r->row);	/* what it borrowed of c, too */
			row_copy_release(&r->last);
			r->last = whole;
			r->row = r->last.r;
		}
		runs_as_one_release(&c);
		if (kept < 0)
			return -1;
		if (wanted)
			return 1;
	}
	return more;
}

static int
next_of_one(struct rows_changes *r, struct err *e)
{
	int more = cursor_next(r->cursor, e);

	if (more > 0)
		row_load(&r->row, r->cursor);
	return more;
}

bool
rows_want(struct show *s, const char *path)
{
	if (!path)
		return false;
	typed_paths_meet(&s->paths, path);
	return filter_passes(s->opt, path) && (s->paths.n == 0 || typed_paths_mean(&s->paths, path));
}

int
rows_changes_next(struct rows_changes *r, struct show *s, struct row **out, struct err *e)
{
	int more;

	do
		more = r->reader ? next_as_one(r, s, e) : next_of_one(r, e);
	while (more > 0 && !rows_want(s, row_text(&r->row, "path")));
	if (more > 0 && s->owners)
		row_set(&r->row, "package", package_owners_of(s->owners, row_text(&r->row, "path")));
	*out = &r->row;
	return more;
}

int
rows_print_changes(struct show *s, enum format format, struct err *e)
{
	struct rows_changes rows;
	struct printer p = { .n = 0 };
	struct row *row, names;
	int more = -1;

	if (rows_changes_open(&rows, s, format == FORMAT_NULL ? COLUMNS_BRIEF : COLUMNS_ALL, e) == 0) {
		row_names(&names, rows.cursor);
		if (s->owners)
			row_set(&names, "package", NULL);
		printer_begin(&p, s->out.f, format, &names);
		while ((more = rows_changes_next(&rows, s, &row, e)) > 0)
			printer_row(&p, row);
	}
	if (more == 0)
		printer_end(&p);
	printer_release(&p);
	rows_changes_close(&rows);
	return more;
}
