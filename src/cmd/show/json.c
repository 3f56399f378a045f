/* show --format=json: one object with the keys run (of several runs: runs), changes, blind_spots and notable. */
#include "config.h"

#include "cmd/show/json.h"

#include <inttypes.h>

#include "cmd/show/rows.h"
#include "cmd/ui/printer.h"
#include "cmd/ui/run_arg.h"
#include "store/query_change.h"
#include "store/query_run.h"

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

/* ,"KEY":[…]: of all runs. */
static int
put_array(struct show *s, const char *key, show_query *query, struct err *e)
{
	fprintf(s->out.f, ",\n\"%s\":", key);
	return rows_print(s, FORMAT_JSON, query, e);
}

int
show_json(struct show *s, struct err *e)
{
	if (s->ids.n == 1) {
		if (put_run_object(s, e) < 0)
			return -1;
	} else {
		fputs("{\"runs\":", s->out.f);
		if (rows_print(s, FORMAT_JSON, query_runs_row, e) < 0)
			return -1;
	}
	if (!s->opt->summary) {
		fputs(",\n\"changes\":", s->out.f);
		if (rows_print_changes(s, FORMAT_JSON, e) < 0)
			return -1;
	}
	if (put_array(s, "blind_spots", query_blind_spots, e) < 0 || put_array(s, "notable", query_notable, e) < 0)
		return -1;
	fputs("}\n", s->out.f);
	return 0;
}
