/* The head of show: what the run was, in lines of a label and words. */
#include "config.h"

#include "cmd/show/head.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/number.h"
#include "cmd/ui/row.h"
#include "cmd/ui/text.h"
#include "event.h"
#include "store/query_change.h"

static void
put_line(const struct output *out, const char *label, enum style style, struct buf *words)
{
	output_style(out, style);
	fputs(label, out->f);
	output_plain(out, style);
	fprintf(out->f, "%*s%s\n", (int)(10 - strlen(label)), "", words->data);
	buf_reset(words);
}

/* undone, uninstalled, wholly or partly: also by which run. */
static int
add_taken_back(const struct show *s, struct buf *line, struct err *e)
{
	int64_t by;
	int found = query_run_taken_back_by(s->store, s->run.id, &by, e);

	buf_addstr(line, ", ");
	text_add_run_state(line, run_state_names[s->run.state], s->run.n_kept_back);
	if (found > 0)
		buf_addf(line, " by run %" PRId64, by);
	return found < 0 ? -1 : 0;
}

static int
add_state(const struct show *s, struct buf *line, struct err *e)
{
	if (s->run.state == RUN_COMPLETE)
		return 0;
	if (s->dead)
		buf_addstr(line, ", interrupted");
	else if (s->unfinished)
		buf_addf(line, ", still running (traced by pid %" PRId64 ")", s->run.tracer_pid);
	else if (s->run.state == RUN_INTERRUPTED)
		buf_addstr(line, ", interrupted");
	else
		return add_taken_back(s, line, e);
	return 0;
}

static int
put_run_line(const struct show *s, struct buf *line, struct err *e)
{
	buf_addf(line, "%" PRId64, s->run.id);
	if (s->run.name) {
		buf_addstr(line, " (");
		text_add_quoted(line, s->run.name);
		buf_addch(line, ')');
	}
	buf_addstr(line, " on ");
	text_add_quoted(line, s->run.host);
	if (add_state(s, line, e) < 0)
		return -1;
	put_line(&s->out, "run", STYLE_NONE, line);
	return 0;
}

static void
put_origin(const struct show *s, struct buf *line)
{
	const struct run_row *r = &s->run;

	text_add_message(line, r->command);
	put_line(&s->out, "command", STYLE_NONE, line);
	text_add_quoted(line, r->directory);
	buf_addstr(line, ", as ");
	text_add_quoted(line, r->login);
	put_line(&s->out, "in", STYLE_NONE, line);
	text_add_local_time(line, r->started_ns, "%Y-%m-%d %H:%M:%S %z");
	if (r->ended_ns)
		buf_addf(line, ", %.1f s", (double)number_subtract(r->ended_ns, r->started_ns) / (double)NS_PER_SECOND);
	if (r->exit_signal > 0) {
		buf_addstr(line, ", killed by ");
		text_add_signal(line, r->exit_signal);
	} else if (r->exit_status >= 0) {
		buf_addf(line, ", exit %d", r->exit_status);
	}
	put_line(&s->out, "time", STYLE_NONE, line);
}

static void
put_tallies(const struct show *s, const struct change_sums *sums, struct buf *line)
{
	const struct run_row *r = &s->run;

	if (s->dead)
		buf_addstr(line, "not known: the next command that may write completes this record");
	else if (s->unfinished)
		buf_addstr(line, "not known before it has ended");
	else
		buf_addf(line, "%" PRId64 " created, %" PRId64 " modified, %" PRId64 " attributes, %"
			 PRId64 " deleted", r->n_created, r->n_modified, r->n_attributes, r->n_deleted);
	if (!s->unfinished && sums->bytes_more != 0) {
		buf_addstr(line, ", ");
		text_add_size(line, sums->bytes_more);
		buf_addf(line, " %s on disk", sums->bytes_more > 0 ? "more" : "less");
	}
	put_line(&s->out, "changes", STYLE_NONE, line);
}

static void
put_kept(const struct show *s, const struct change_sums *sums, struct buf *line)
{
	int64_t kept = sums->n_kept, missing = sums->n_not_kept;

	if (kept == 0 && missing == 0)
		return;
	if (kept == 0) {
		buf_addf(line, "no old contents: not for the %" PRId64 " path%s that need%s one",
			 missing, missing == 1 ? "" : "s", missing == 1 ? "s" : "");
	} else {
		buf_addf(line, "%" PRId64 " old content%s, ", kept, kept == 1 ? "" : "s");
		text_add_size(line, sums->bytes_kept);
		if (missing == 0)
			buf_addstr(line, ": for each path that needs one");
		else
			buf_addf(line, ": not for %" PRId64 " path%s that need%s one", missing,
				 missing == 1 ? "" : "s", missing == 1 ? "s" : "");
	}
	put_line(&s->out, "kept", STYLE_NONE, line);
}

/* A line a row, "FIRST: SECOND".  The cursor is closed. */
static int
put_lines(const struct show *s, struct cursor *c, const char *label, const char *first,
	  const char *second, struct err *e)
{
	struct buf line = BUF_INIT;
	struct row r;
	int more;

	while ((more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		text_add_quoted(&line, row_text(&r, first));
		buf_addstr(&line, ": ");
		text_add_message(&line, row_text(&r, second));
		put_line(&s->out, label, STYLE_BOLD, &line);
	}
	buf_release(&line);
	cursor_close(c);
	return more;
}

/* What programs may have failed for, and how they could have had it. */
static int
put_refused(const struct show *s, struct buf *line, struct err *e)
{
	int64_t n;

	if (query_run_refused(s->store, s->run.id, io_uring_path, &n, e) < 0)
		return -1;
	if (n == 0)
		return 0;
	buf_addf(line, "io_uring to %" PRId64 " process%s, as by a kernel without it; run --io-uring=allow lets it through", n,
		 n == 1 ? "" : "es");
	put_line(&s->out, "refused", STYLE_NONE, line);
	return 0;
}

static int
put_warnings(const struct show *s, struct err *e)
{
	struct cursor *c;

	if (query_notable(s->store, s->run.id, &c, e) < 0 ||
	    put_lines(s, c, "look at", "path", "reason", e) < 0)
		return -1;
	if (query_blind_lines(s->store, s->run.id, &c, e) < 0)
		return -1;
	return put_lines(s, c, "blind", "kind", "detail", e);
}

int
show_head(struct show *s, struct err *e)
{
	struct change_sums sums = { 0 };
	struct buf line = BUF_INIT;
	int rc = -1;

	if (query_change_sums(s->store, s->run.id, &sums, e) < 0 || put_run_line(s, &line, e) < 0)
		goto out;
	put_origin(s, &line);
	put_tallies(s, &sums, &line);
	put_kept(s, &sums, &line);
	rc = put_refused(s, &line, e) < 0 ? -1 : put_warnings(s, e);
out:
	buf_release(&line);
	return rc;
}
