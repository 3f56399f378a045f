/* The head of show: what the run was, in lines of a label and words. */
#include "config.h"

#include "cmd/show/head.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/number.h"
#include "cmd/ui/row.h"
#include "cmd/ui/run_title.h"
#include "cmd/ui/text.h"
#include "event.h"
#include "history/runs_as_one.h"
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
	else if (s->run.state == RUN_RUNNING)
		buf_addf(line, ", still running (traced by pid %" PRId64 ")", s->run.tracer_pid);
	else if (s->run.state == RUN_INTERRUPTED)
		buf_addstr(line, ", interrupted");
	else
		return add_taken_back(s, line, e);
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

static int
put_run_lines(const struct show *s, struct buf *line, struct err *e)
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
	put_origin(s, line);
	return 0;
}

/* --- of several runs --- */

enum { COMMANDS_MAX = 8 };

/* When the first began and the last one ended. */
static void
put_span(const struct show *s, int64_t started_ns, int64_t ended_ns, struct buf *line)
{
	text_add_local_time(line, started_ns, "%Y-%m-%d %H:%M:%S %z");
	if (ended_ns > 0) {
		buf_addstr(line, " to ");
		text_add_local_time(line, ended_ns, "%Y-%m-%d %H:%M:%S %z");
	}
	put_line(&s->out, "time", STYLE_NONE, line);
}

static int
put_runs_lines(const struct show *s, struct buf *line, struct err *e)
{
	int64_t started_ns = 0, ended_ns = 0;
	struct run_row run;

	if (run_title_add(line, s->store, s->ids.v, s->ids.n, e) < 0)
		return -1;
	put_line(&s->out, "as one", STYLE_NONE, line);
	for (size_t i = 0; i < s->ids.n; i++) {
		if (query_run(s->store, s->ids.v[i], &run, e) < 0)
			return -1;
		if (i < COMMANDS_MAX) {
			buf_addf(line, "%" PRId64 ": ", run.id);
			text_add_message(line, run.command);
			put_line(&s->out, "command", STYLE_NONE, line);
		}
		if (started_ns == 0 || run.started_ns < started_ns)
			started_ns = run.started_ns;
		if (run.ended_ns > ended_ns)
			ended_ns = run.ended_ns;
		query_run_release(&run);
	}
	if (s->ids.n > COMMANDS_MAX) {
		buf_addf(line, "and %zu more", s->ids.n - COMMANDS_MAX);
		put_line(&s->out, "command", STYLE_NONE, line);
	}
	put_span(s, started_ns, ended_ns, line);
	return 0;
}

/* What each of them kept is added up; what became of the paths is counted as if they were one. */
static int
sum_as_one(struct show *s, struct change_sums *sums, struct err *e)
{
	struct run_row *r = &s->run;
	struct runs_as_one reader = { .n_undos = 0 };
	struct path_change c;
	int more;

	int64_t *const counts[] = {
		[CHANGE_CREATED] = &r->n_created, [CHANGE_DELETED] = &r->n_deleted,
		[CHANGE_MODIFIED] = &r->n_modified, [CHANGE_ATTRIBUTES] = &r->n_attributes,
	};

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		*counts[i] = 0;
	sums->bytes_more = 0;
	if (runs_as_one_open(&reader, s->store, s->ids.v, s->ids.n, e) < 0)
		return -1;
	while ((more = runs_as_one_next(&reader, &c, e)) > 0) {
		if (c.class < ARRAY_SIZE(counts)) {
			++*counts[c.class];
			sums->bytes_more = number_add(sums->bytes_more,
						      number_subtract(c.after.size_bytes, c.before.size_bytes));
		}
		runs_as_one_release(&c);
	}
	runs_as_one_close(&reader);
	return more;
}

static int
sum_changes(struct show *s, struct change_sums *sums, struct err *e)
{
	for (size_t i = 0; i < s->ids.n; i++) {
		struct change_sums one = { 0 };

		if (query_change_sums(s->store, s->ids.v[i], &one, e) < 0)
			return -1;
		sums->bytes_more = one.bytes_more;
		sums->n_kept = number_add(sums->n_kept, one.n_kept);
		sums->n_not_kept = number_add(sums->n_not_kept, one.n_not_kept);
		sums->bytes_kept = number_add(sums->bytes_kept, one.bytes_kept);
	}
	return s->ids.n == 1 ? 0 : sum_as_one(s, sums, e);
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
	if (!s->unfinished && s->run.state == RUN_RUNNING)
		buf_addstr(line, ", so far");
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

/* Lines that were printed. */
struct told_lines {
	char **v;
	size_t n;
};

/* What several runs have in common is told once. */
static bool
is_told_already(struct told_lines *told, const char *line)
{
	for (size_t i = 0; i < told->n; i++) {
		if (strcmp(told->v[i], line) == 0)
			return true;
	}
	*LIST_ADD(told->v, told->n) = xstrdup(line);
	return false;
}

/* What a line says of a row, "FIRST: SECOND". */
struct line_fields {
	const char *label, *first, *second;
};

/* The cursor is closed. */
static int
put_lines(const struct show *s, struct told_lines *told, struct cursor *c, const struct line_fields *f, struct err *e)
{
	struct buf line = BUF_INIT;
	struct row r;
	int more;

	while ((more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		text_add_quoted(&line, row_text(&r, f->first));
		buf_addstr(&line, ": ");
		text_add_message(&line, row_text(&r, f->second));
		if (s->ids.n > 1 && is_told_already(told, line.data))
			buf_reset(&line);
		else
			put_line(&s->out, f->label, STYLE_BOLD, &line);
	}
	buf_release(&line);
	cursor_close(c);
	return more;
}

/* The lines of a question about each run. */
static int
put_lines_of_all(const struct show *s, int (*query)(struct store *, int64_t, struct cursor **, struct err *),
		 const struct line_fields *f, struct err *e)
{
	struct told_lines told = { NULL, 0 };
	struct cursor *c;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->ids.n; i++) {
		rc = query(s->store, s->ids.v[i], &c, e);
		if (rc == 0)
			rc = put_lines(s, &told, c, f, e);
	}
	for (size_t i = 0; i < told.n; i++)
		free(told.v[i]);
	free(told.v);
	return rc;
}

/* What programs may have failed for, and how they could have had it. */
static int
put_refused(const struct show *s, struct buf *line, struct err *e)
{
	int64_t n = 0;

	for (size_t i = 0; i < s->ids.n; i++) {
		int64_t one;

		if (query_run_refused(s->store, s->ids.v[i], io_uring_path, &one, e) < 0)
			return -1;
		n = number_add(n, one);
	}
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
	const struct line_fields notable = { "look at", "path", "reason" }, blind = { "blind", "kind", "detail" };

	if (put_lines_of_all(s, query_notable, &notable, e) < 0)
		return -1;
	return put_lines_of_all(s, query_blind_lines, &blind, e);
}

int
show_head(struct show *s, struct err *e)
{
	struct change_sums sums = { 0 };
	struct buf line = BUF_INIT;
	int rc = -1;

	if (sum_changes(s, &sums, e) < 0)
		goto out;
	if ((s->ids.n == 1 ? put_run_lines(s, &line, e) : put_runs_lines(s, &line, e)) < 0)
		goto out;
	put_tallies(s, &sums, &line);
	put_kept(s, &sums, &line);
	rc = put_refused(s, &line, e) < 0 ? -1 : put_warnings(s, e);
out:
	buf_release(&line);
	return rc;
}
