/* The rows of all views for a central PostgreSQL: COPY between two fixed texts, of which the last one merges. */
#include "config.h"

#include "cmd/export/postgresql.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/export/copy_text.h"
#include "cmd/ui/row.h"
#include "store/query_view.h"

/*
 * The columns that are loaded, of each view; what else the views have is found by joining.  "*": a text that may
 * be no UTF-8, behind which its bytes follow; "@": a time.
 */
static const struct loaded {
	enum view view;
	const char *columns;
} loaded[] = {
	{ VIEW_RUNS,
	  "id uuid name* kind host* login* directory* command* started@ ended@ seconds exit_status exit_signal state "
	  "tracer_pid n_created n_modified n_attributes n_deleted n_blind_spots bytes_kept of_uuids" },
	{ VIEW_PROCESSES,
	  "run_id id parent_id pid program* command* directory* started@ ended@ exit_status exit_signal" },
	{ VIEW_CHANGES,
	  "run_id path* change type differs renamed_from* size_before size_after mode_before mode_after uid_before "
	  "uid_after gid_before gid_after mtime_before mtime_after target_before* target_after* sha256_before "
	  "sha256_after process_id old_content disturbed via" },
	{ VIEW_WRITES, "run_id path* operation flags error count first@ last@ process_id" },
	{ VIEW_CONNECTIONS, "run_id process_id family type protocol address* port error count first@" },
	{ VIEW_BLIND_SPOTS, "run_id process_id kind detail*" },
	{ VIEW_NOTABLE, "run_id path* reason" },
	{ VIEW_OUTCOMES, "run_id path* action reason*" },
};

/* One of the columns above. */
struct marked_column {
	char name[32];
	char mark;		/* 0: none */
};

/* The next column of a list; false at its end. */
static bool
next_column(const char **list, struct marked_column *out)
{
	size_t len = strcspn(*list, " ");

	if (len == 0)
		return false;
	out->mark = strchr("*@", (*list)[len - 1]) ? (*list)[len - 1] : '\0';
	out->name[0] = '\0';
	strncat(out->name, *list, len - (out->mark != '\0'));
	*list += len + strspn(*list + len, " ");
	return true;
}

static void
put_copy_head(const struct exporting *x, const struct loaded *l)
{
	const char *list = l->columns;
	const char *between = "";
	struct marked_column w;

	fprintf(x->f, "\nCOPY load_%s (", view_names[l->view]);
	while (next_column(&list, &w)) {
		fprintf(x->f, w.mark == '*' ? "%s%s, %s_bytes" : "%s%s", between, w.name, w.name);
		between = ", ";
	}
	fputs(") FROM stdin;\n", x->f);
}

static void
add_field(struct buf *line, const struct field *f, char mark)
{
	bool null = f->type == CURSOR_NULL || (f->type != CURSOR_INT && !f->text);

	if (null)
		buf_addstr(line, "\\N");
	else if (f->type == CURSOR_INT)
		buf_addf(line, "%" PRId64, f->number);
	else
		copy_text_add(line, f->text, f->len);
	if (mark == '@' && !null)
		buf_addstr(line, "+00");
	if (mark != '*')
		return;
	buf_addch(line, '\t');
	if (null)
		buf_addstr(line, "\\N");
	else
		copy_text_add_bytes(line, f->text, f->len);
}

static void
put_copy_row(const struct exporting *x, const struct loaded *l, const struct row *r, struct buf *line)
{
	const char *list = l->columns;
	struct marked_column w;

	buf_reset(line);
	while (next_column(&list, &w)) {
		if (line->len > 0)
			buf_addch(line, '\t');
		add_field(line, row_get(r, w.name), w.mark);
	}
	buf_addch(line, '\n');
	fwrite(line->data, 1, line->len, x->f);
}

static int
put_copy_run(const struct exporting *x, const struct loaded *l, int64_t run_id, struct buf *line, struct err *e)
{
	struct row r;
	struct cursor *c;
	int more;

	if (query_view(x->ctx->store, l->view, run_id, &c, e) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		export_drop_args(x, &r);
		put_copy_row(x, l, &r, line);
	}
	cursor_close(c);
	return more;
}

int
export_postgresql(const struct exporting *x, struct err *e)
{
	struct buf line = BUF_INIT;
	int rc = 0;

	fputs(postgresql_schema_sql, x->f);
	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(loaded); i++) {
		put_copy_head(x, &loaded[i]);
		for (size_t run = 0; rc == 0 && run < x->runs.n; run++)
			rc = put_copy_run(x, &loaded[i], x->runs.v[run], &line, e);
		fputs("\\.\n", x->f);
	}
	if (rc == 0)
		fputs(postgresql_load_sql, x->f);
	buf_release(&line);
	return rc;
}
