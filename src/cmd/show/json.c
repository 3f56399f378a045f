/* show --format=json: one object with the keys run, changes, blind_spots and notable. */
#include "config.h"

#include "cmd/show/json.h"

#include <inttypes.h>

#include "cmd/ui/filter.h"
#include "cmd/ui/printer.h"
#include "cmd/ui/run_arg.h"
#include "store/query_change.h"

static int
put_run_object(struct show *s, struct err *e)
{
	struct buf object = BUF_INIT;
	struct cursor *c;
	struct row r;
	int rc;

	if (query_runs_row(s->store, s->run.id, &c, e) < 0)
		return -1;
	rc = cursor_next(c, e);
	if (rc == 0) {
		rc = err_set(e, ERR_NOT_FOUND, "run %" PRId64 " was forgotten a moment ago", s->run.id);
	} else if (rc > 0) {
		row_load(&r, c);
		run_arg_show_state(&r, s->store);
		printer_add_json_row(&object, &r);
		rc = 0;
	}
	if (rc == 0)
		fprintf(s->out.f, "{\"run\":%s", object.data);
	cursor_close(c);
	buf_release(&object);
	return rc;
}

/* ,"KEY":[…]  The cursor is closed. */
static int
put_array(struct show *s, const char *key, struct cursor *c, printer_change *change, struct err *e)
{
	int rc;

	fprintf(s->out.f, ",\n\"%s\":", key);
	rc = printer_cursor(s->out.f, FORMAT_JSON, c, change, (void *)(uintptr_t)s->opt, e);
	cursor_close(c);
	return rc;
}

int
show_json(struct show *s, struct err *e)
{
	struct cursor *c;

	if (put_run_object(s, e) < 0)
		return -1;
	if (!s->opt->summary) {
		if (query_changes(s->store, s->run.id, s->opt->all, COLUMNS_ALL, &c, e) < 0 ||
		    put_array(s, "changes", c, filter_row, e) < 0)
			return -1;
	}
	if (query_blind_spots(s->store, s->run.id, &c, e) < 0 ||
	    put_array(s, "blind_spots", c, NULL, e) < 0)
		return -1;
	if (query_notable(s->store, s->run.id, &c, e) < 0 || put_array(s, "notable", c, NULL, e) < 0)
		return -1;
	fputs("}\n", s->out.f);
	return 0;
}
