/* What undo and uninstall do, or would do. */
#include "config.h"

#include "cmd/undo/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/ui/filter.h"
#include "cmd/session/saved_journal.h"
#include "cmd/ui/text.h"
#include "undo/packages.h"
#include "store/glob.h"

static bool
is_uninstall(const struct undo_report *r)
{
	return r->t->wishes.uninstall;
}

/* --- reasons --- */

static const char *
other_path(const struct undo_report *r, const struct undo_path *p)
{
	return p->plan.source == NO_PATH ? NULL : r->t->paths.path[p->plan.source].path;
}

static void
add_writer(struct buf *out, const struct undo_path *p)
{
	buf_addf(out, "run %" PRId64, p->history.held_by);
	if (p->history.held_by_name) {
		buf_addstr(out, ", ");
		text_add_quoted(out, p->history.held_by_name);
	}
}

static void
say_edited(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	const struct file_state *left = &p->history.left, *now = &p->now.state;
	bool file = left->type == FILE_REGULAR && now->type == FILE_REGULAR;
	bool unread = file && !left->has_digest && left->size_bytes == now->size_bytes && left->mtime_ns == now->mtime_ns;

	buf_addf(out, "%s since run %" PRId64, unread ? "perhaps edited" : file ? "edited" : "changed", p->history.left_by);
	if (unread)
		buf_addstr(out, ": its content was not read then, and its ctime has moved");
	if (is_uninstall(r) || !p->history.has_old)
		return;
	buf_addf(out, "; old content: writetrace cat %" PRId64 " ", r->t->ids[0]);
	text_add_quoted(out, p->path);
	text_add_db_option(out, r->ctx->opt.db);
}

static void
say_later_run(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	(void)r;
	buf_addstr(out, "also changed by ");
	add_writer(out, p);
}

static void
say_gone(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	(void)r;
	if (!p->history.held_by) {
		buf_addf(out, "removed since run %" PRId64, p->history.left_by);
		return;
	}
	buf_addstr(out, "removed by ");
	add_writer(out, p);
}

static void
say_there_again(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	(void)r;
	buf_addf(out, "made again since run %" PRId64, p->history.left_by);
}

static void
say_late_change(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	(void)r;
	buf_addf(out, "changed after the last record of run %" PRId64 ", whose end nobody saw", p->history.left_by);
}

static void
say_no_pre_image(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	(void)r;
	(void)p;
	buf_addstr(out, "its old content was not kept");
}

static void
say_was_elsewhere(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	buf_addstr(out, "existed before, as ");
	text_add_quoted(out, other_path(r, p));
}

static void
say_blocked(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	buf_addstr(out, "there is no directory ");
	text_add_quoted(out, other_path(r, p));
}

static void
say_not_empty(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	(void)r;
	buf_addstr(out, "not empty");
	if (!p->plan.detail)
		return;
	buf_addstr(out, ": ");
	text_add_quoted(out, p->plan.detail);
}

static void
say_error(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	(void)r;
	buf_addstr(out, strerror(p->plan.error));
}

static void
say_frozen(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	const char *dir = other_path(r, p);

	if (dir) {
		text_add_quoted(out, dir);
		buf_addch(out, ' ');
	}
	buf_addf(out, "%smade immutable or append-only since", dir ? "was " : "");
	if (!dir)
		buf_addf(out, " run %" PRId64, p->history.left_by);
}

static void
say_in_use(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	(void)r;
	buf_addstr(out, "in use: ");
	text_add_quoted(out, p->now.used_by_program ? p->now.used_by_program : "");
	buf_addf(out, " (process %" PRId64 ") has it open for writing", p->now.used_by);
}

static void
say_package(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	bool itself = strcmp(other_path(r, p), p->path) == 0;

	if (itself && is_uninstall(r))
		buf_addstr(out, "a package manager's database, which has it as installed");
	else if (itself)
		buf_addf(out, "a package manager's database, changed since run %" PRId64, p->history.left_by);
	else
		buf_addstr(out, "its package would stay as installed in ");
	if (!itself)
		text_add_quoted(out, other_path(r, p));
}

static void
say_other_names(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	int n = p->plan.unreached;

	(void)r;
	buf_addf(out, "%d of its %llu names, which no run met, %s another file now; run --find-links seeks all", n,
		 (unsigned long long)p->history.before.nlink, n == 1 ? "is" : "are");
}

static void
say_doubt(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	(void)r;
	buf_addf(out, "what was done to it is not certain: see the blind spots of run %" PRId64, p->history.left_by);
}

static void
say_conflict(const struct undo_report *r, const struct undo_path *p, struct buf *out)
{
	(void)r;
	buf_addf(out, "conflict: others have changed since what run %" PRId64 " changed", p->history.left_by);
}

static void (*const say[KEEP_REASON_COUNT])(const struct undo_report *r, const struct undo_path *p, struct buf *out) = {
	[KEEP_EDITED] = say_edited,
	[KEEP_LATER_RUN] = say_later_run,
	[KEEP_GONE] = say_gone,
	[KEEP_THERE_AGAIN] = say_there_again,
	[KEEP_LATE_CHANGE] = say_late_change,
	[KEEP_NO_PRE_IMAGE] = say_no_pre_image,
	[KEEP_WAS_ELSEWHERE] = say_was_elsewhere,
	[KEEP_BLOCKED] = say_blocked,
	[KEEP_NOT_EMPTY] = say_not_empty,
	[KEEP_ERROR] = say_error,
	[KEEP_FROZEN] = say_frozen,
	[KEEP_IN_USE] = say_in_use,
	[KEEP_PACKAGE] = say_package,
	[KEEP_OTHER_NAMES] = say_other_names,
	[KEEP_DOUBT] = say_doubt,
	[KEEP_CONFLICT] = say_conflict,
};

/* Why what others changed could not be kept apart from what the runs did. */
static void
add_unmerged(const struct undo_path *p, struct buf *out)
{
	static const char *const why[] = {
		[MERGE_NO_PROGRAM] = "diff3 is not installed (the package is called diffutils)",
		[MERGE_NO_CONTENT] = "what the runs left was not kept",
		[MERGE_NOT_TEXT] = "it is no text",
		[MERGE_FAILED] = "diff3 has failed, or it changed meanwhile",
	};

	if (p->now.merge > MERGE_CONFLICT)
		buf_addf(out, "; not merged: %s", why[p->now.merge]);
}

char *
undo_report_reason(void *report, const struct undo_path *p)
{
	struct buf out = BUF_INIT;

	if (p->plan.action != UNDO_KEEP && p->plan.unreached > 0)
		say_other_names(report, p, &out);
	else if (say[p->plan.reason])
		say[p->plan.reason](report, p, &out);
	if (p->plan.action == UNDO_KEEP)
		add_unmerged(p, &out);
	return buf_detach(&out);
}

/* Whether something of it is not as it was before the runs. */
static bool
is_left_in_part(const struct undo_path *p)
{
	return p->plan.action == UNDO_KEEP || p->plan.unreached > 0;
}

/* What is left, or where what is restored comes from, if that is worth a word; NULL. */
static char *
note_of(struct undo_report *r, const struct undo_path *p)
{
	struct buf out = BUF_INIT;

	if (is_left_in_part(p))
		return undo_report_reason(r, p);
	if (p->plan.action == UNDO_MOVE)
		buf_addstr(&out, "from ");
	else if (p->plan.action == UNDO_LINK)
		buf_addstr(&out, "link to ");
	else if (p->plan.action == UNDO_ATTRIBUTES)
		buf_addstr(&out, "attributes");
	else if (p->plan.action == UNDO_MERGE)
		buf_addstr(&out, "what others changed since stays");
	if (out.len == 0)
		return NULL;
	if (p->plan.action == UNDO_MOVE || p->plan.action == UNDO_LINK)
		text_add_quoted(&out, other_path(r, p));
	return buf_detach(&out);
}

/* --- rows --- */

static enum style
style_of(enum undo_action action)
{
	switch (action) {
	case UNDO_REMOVE:
	case UNDO_RMDIR:
		return STYLE_RED;
	case UNDO_KEEP:
		return STYLE_YELLOW;
	case UNDO_MKDIR:
	case UNDO_MOVE:
	case UNDO_PUT:
	case UNDO_LINK:
	case UNDO_ATTRIBUTES:
	case UNDO_MERGE:
		return STYLE_GREEN;
	case UNDO_NOTHING:
	case UNDO_STAYS:
	case UNDO_ACTION_COUNT:
		break;
	}
	return STYLE_NONE;
}

/* What the path is about: what goes, or what comes. */
static const struct file_state *
subject_state(const struct undo_path *p)
{
	if (p->plan.action == UNDO_REMOVE || p->plan.action == UNDO_RMDIR)
		return &p->now.state;
	if (p->plan.action == UNDO_KEEP)
		return p->now.state.type != FILE_ABSENT ? &p->now.state : &p->history.left;
	return &p->history.before;
}

static void
put_action_text(struct undo_report *r, const struct undo_path *p, const char *note)
{
	const struct file_state *s = subject_state(p);
	struct buf line = BUF_INIT;

	output_style(&r->listing.out, style_of(p->plan.action));
	fputs(undo_action_names[p->plan.action], r->listing.out.f);
	output_plain(&r->listing.out, style_of(p->plan.action));
	fprintf(r->listing.out.f, "%*s", r->width - (int)strlen(undo_action_names[p->plan.action]) + 2, "");
	/* what a link leads to is of interest where it is not about links that go */
	text_add_path(&line, p->path, state_type_names[s->type], NULL);
	if (note)
		buf_addf(&line, "  (%s)", note);
	buf_addch(&line, '\n');
	fwrite(line.data, 1, line.len, r->listing.out.f);
	buf_release(&line);
}

static void
report_row(struct row *row, const struct undo_report *r, const struct undo_path *p, const char *note)
{
	row->n = 0;
	row_set(row, "action", p ? undo_action_names[p->plan.action] : NULL);
	row_set(row, "path", p ? p->path : NULL);
	row_set(row, "type", p ? state_type_names[subject_state(p)->type] : NULL);
	row_set(row, "source", p && (p->plan.action == UNDO_MOVE || p->plan.action == UNDO_LINK) ? other_path(r, p)
		: NULL);
	row_set(row, "reason", p && is_left_in_part(p) ? note : NULL);
}

static void
put_action(struct undo_report *r, const struct undo_path *p)
{
	char *note;
	struct row row;

	if (r->listing.text && r->ctx->opt.quiet && !is_left_in_part(p))
		return;
	note = note_of(r, p);
	if (r->listing.text) {
		put_action_text(r, p, note);
	} else {
		report_row(&row, r, p, note);
		printer_row(&r->listing.printer, &row);
	}
	free(note);
}

static void
count_done(struct undo_report *r, const struct undo_path *p)
{
	if (p->plan.action == UNDO_REMOVE)
		r->n_removed++;
	else if (p->plan.action == UNDO_RMDIR)
		r->n_rmdir++;
	else
		r->n_restored++;
}

void
undo_report_done(void *report, int path)
{
	struct undo_report *r = report;
	const struct undo_path *p = &r->t->paths.path[path];

	count_done(r, p);
	put_action(r, p);
}

void
undo_report_plan(struct undo_report *r)
{
	const struct plan *plan = &r->t->plan;

	for (int i = 0; i < plan->n; i++) {
		const struct step *step = &plan->step[i];

		if (plan_completes(step->kind, r->t->paths.path[step->path].plan.action))
			undo_report_done(r, step->path);
	}
}

int
undo_report_begin(struct undo_report *r, const struct cmd_context *ctx, const struct undo *t, struct err *e)
{
	struct row names;

	r->ctx = ctx;
	r->t = t;
	for (int i = 0; i < t->paths.n; i++) {
		enum undo_action action = t->paths.path[i].plan.action;
		int len = (int)strlen(undo_action_names[action]);
		bool shown = is_left_in_part(&t->paths.path[i]) ||
			(action != UNDO_NOTHING && action != UNDO_STAYS && !ctx->opt.quiet);

		if (shown && len > r->width)
			r->width = len;
	}
	if (listing_open(&r->listing, &ctx->opt, e) < 0)
		return -1;
	report_row(&names, r, NULL, NULL);
	listing_names(&r->listing, &names);
	return 0;
}

/* --- the tally --- */

static void
add_part(struct buf *line, const char *verb, long long n, const char *what, const char *plural)
{
	if (n == 0)
		return;
	buf_addf(line, "%s%s%lld%s%s", line->len > 0 ? ", " : "", verb, n, *what ? " " : "", n == 1 ? what : plural);
}

static void
add_removed(const struct undo_report *r, struct buf *line)
{
	const char *verb = r->ctx->opt.dry_run ? "would remove " : "removed ";
	bool both = r->n_removed > 0 && r->n_rmdir > 0;
	struct buf more = BUF_INIT;

	add_part(line, verb, r->n_removed, "file", "files");
	add_part(&more, both ? "" : verb, r->n_rmdir, "directory", "directories");
	if (more.len > 0)
		buf_addf(line, "%s%s", both ? " and " : "", more.data);
	buf_release(&more);
}

/* Whether nothing but its attributes would be given back, and that to what others may have written. */
static bool
is_owner_alone(const struct undo_path *p)
{
	return p->now.others_work && !p->history.lost && p->history.before.type != FILE_ABSENT;
}

/* Whether --force would take what was kept. */
static bool
is_forcible(const struct undo_path *p)
{
	enum keep_reason why = p->plan.reason;

	return p->plan.action == UNDO_KEEP && !is_owner_alone(p) && (why == KEEP_EDITED || why == KEEP_LATER_RUN || why == KEEP_GONE ||
					       why == KEEP_THERE_AGAIN || why == KEEP_LATE_CHANGE ||
					       why == KEEP_IN_USE || why == KEEP_CONFLICT || why == KEEP_DOUBT);
}

/* --only with a GLOB that matches no other path. */
static void
add_only_path(struct buf *line, const char *path)
{
	struct buf glob = BUF_INIT;

	glob_add_literal(&glob, path);
	buf_addstr(line, " --only ");
	text_add_quoted(line, glob.data);
	buf_release(&glob);
}

/* How to take the rest: no more than was asked for. */
static void
add_rest(const struct undo_report *r, struct buf *line)
{
	const struct undo_path *only = NULL;
	int n = 0;

	for (int i = 0; i < r->t->paths.n; i++) {
		if (!is_forcible(&r->t->paths.path[i]))
			continue;
		only = &r->t->paths.path[i];
		n++;
	}
	if (n == 0 || r->ctx->opt.dry_run || is_uninstall(r))
		return;
	buf_addf(line, "; the rest: writetrace %s", r->ctx->cmd->name);
	for (int i = 0; i < r->ctx->argc; i++) {
		buf_addch(line, ' ');
		text_add_quoted(line, r->ctx->argv[i]);
	}
	buf_addstr(line, " --force");
	text_add_db_option(line, r->ctx->opt.db);
	if (n == 1)
		add_only_path(line, only->path);
	else
		filter_add_options(line, &r->ctx->opt);
	if (n == 1 || r->ctx->opt.behind.n == 0)
		return;
	buf_addstr(line, " --");
	for (size_t i = 0; i < r->ctx->opt.behind.n; i++) {
		buf_addch(line, ' ');
		text_add_quoted(line, r->ctx->opt.behind.v[i]);
	}
}

/* What was kept stays as it is, with the user's word for it. */
static void
add_accepted(const struct undo_report *r, struct buf *line)
{
	const struct plan *plan = &r->t->plan;

	if (plan->n_kept == 0 && plan->n_partly == 0)
		return;
	buf_addf(line, "; what is kept is accepted as it is%s", plan->n_unwanted > 0 || r->t->ended_early ? ""
		 : is_uninstall(r) ? ": uninstalled" : ": undone");
}

static void
put_outcome(const struct undo_report *r, const char *title)
{
	bool dry = r->ctx->opt.dry_run;
	const struct plan *plan = &r->t->plan;
	struct buf line = BUF_INIT;

	add_removed(r, &line);
	/* the verb that "would" stands before goes for all of them */
	add_part(&line, dry ? (line.len > 0 ? "restore " : "would restore ") : "restored ", r->n_restored, "", "");
	add_part(&line, dry ? (line.len > 0 ? "keep " : "would keep ") : "kept ", plan->n_kept, "", "");
	if (plan->n_partly > 0)
		buf_addf(&line, "; of %d file%s not all names", plan->n_partly, plan->n_partly == 1 ? "" : "s");
	if (line.len == 0)
		buf_addstr(&line, "nothing to do");
	if (plan->n_stay > 0)
		buf_addf(&line, "; %d path%s that existed before stay%s", plan->n_stay, plan->n_stay == 1 ? "" : "s",
			 plan->n_stay == 1 ? "s" : "");
	if (r->t->ended_early)
		buf_addstr(&line, "; interrupted, the same again takes the rest");
	packages_advise(&r->t->paths, &line);
	if (r->ctx->opt.accept)
		add_accepted(r, &line);
	else
		add_rest(r, &line);
	if (dry)
		buf_addstr(&line, " (nothing done: --dry-run)");
	err_message("%s: %s", title, line.data);
	buf_release(&line);
}

void
undo_report_unstored(void *report, struct recorder *record)
{
	const struct undo_report *r = report;

	saved_journal_say(record, &r->ctx->opt);
}

int
undo_report_end(struct undo_report *r, const char *title, int rc, struct err *e)
{
	for (int i = 0; i < r->t->paths.n; i++) {
		if (r->t->paths.path[i].plan.action == UNDO_KEEP)
			put_action(r, &r->t->paths.path[i]);
	}
	rc = listing_close(&r->listing, rc, e);
	if (!r->ctx->opt.quiet)
		put_outcome(r, title);
	return rc;
}

int
undo_report_status(const struct undo_report *r, const struct undo *t)
{
	(void)r;
	return undo_left_some(t) ? EXIT_DIFFERENT : EXIT_DONE;
}
