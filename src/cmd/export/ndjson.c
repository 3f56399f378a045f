/* The rows of all views for log pipelines: one JSON object a line, which names its view, host and run. */
#include "config.h"

#include "cmd/export/ndjson.h"

#include <string.h>

#include "cmd/ui/printer.h"
#include "store/query_run.h"
#include "store/query_view.h"

/* The row behind the keys by which rows of several views and hosts are told apart. */
static void
put_view_row(struct printer *p, const struct row *head, const struct row *row)
{
	struct row r = *head;

	for (size_t i = 0; i < row->n; i++)
		r.f[r.n++] = row->f[i];
	printer_row(p, &r);
}

static int
put_view(const struct exporting *x, struct printer *p, const struct run_row *run, enum view view, struct err *e)
{
	struct row head = { .n = 0 }, row;
	struct cursor *c;
	int more;

	row_set(&head, "view", view_names[view]);
	if (view != VIEW_RUNS) {		/* which has both itself */
		row_set(&head, "host", run->host);
		row_set(&head, "uuid", run->uuid);
	}
	if (query_view(x->ctx->store, view, run->id, &c, e) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0) {
		row_load(&row, c);
		export_drop_args(x, &row);
		put_view_row(p, &head, &row);
	}
	cursor_close(c);
	return more;
}

int
export_ndjson(const struct exporting *x, struct err *e)
{
	const struct row nothing = { .n = 0 };
	struct printer p;
	int rc = 0;

	printer_begin(&p, x->f, FORMAT_NDJSON, &nothing);
	for (size_t i = 0; rc == 0 && i < x->runs.n; i++) {
		struct run_row run;

		rc = query_run(x->ctx->store, x->runs.v[i], &run, e) < 0 ? -1 : 0;
		for (int view = 0; rc == 0 && view < VIEW_COUNT; view++)
			rc = put_view(x, &p, &run, (enum view)view, e);
		query_run_release(&run);
	}
	printer_end(&p);
	return rc;
}
