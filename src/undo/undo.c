/* Undo and uninstall. */
#include "config.h"

#include "undo/undo.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/recorder.h"
#include "record/recover.h"
#include "undo/in_use.h"
#include "undo/merge.h"
#include "undo/siblings.h"
#include "undo/steps.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "store/undone.h"

enum { BUSY_MS = 60000, IMAGE = 1 };

/* --- the plan --- */

/* The runs and the earlier undos of them. */
struct own_runs {
	int64_t *ids;
	size_t n, n_undos;	/* the undos at the end */
	int64_t *wider;
	size_t n_wider;
};

static int
load_earlier(struct own_runs *r, struct store *s, const int64_t *ids, size_t n, struct err *e)
{
	struct cursor *c;
	int more;

	for (size_t i = 0; i < n; i++)
		*LIST_ADD(r->ids, r->n) = ids[i];
	if (undone_earlier(s, ids, n, &c, e) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0) {
		*LIST_ADD(r->ids, r->n) = cursor_int(c, 0);
		if (cursor_int(c, 1) != 0)
			*LIST_ADD(r->wider, r->n_wider) = cursor_int(c, 0);
	}
	cursor_close(c);
	r->n_undos = r->n - n;
	return more;
}

static int
find_later_writers(struct undo *t, const int64_t *except, size_t n, struct err *e)
{
	struct cursor *c;
	int more;

	if (undone_later_writers(t->store, t->ids, t->n, except, n, &c, e) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0) {
		const char *path = cursor_text(c, 0, NULL);
		const char *name = cursor_text(c, 2, NULL);
		int i = path ? paths_find(&t->paths, path) : NO_PATH;

		if (i == NO_PATH)
			continue;
		t->paths.path[i].history.held_by = cursor_int(c, 1);
		t->paths.path[i].history.held_by_name = name ? xstrdup(name) : NULL;
	}
	cursor_close(c);
	return more;
}

/* The runs whose end nobody saw, ascending.  The array is the caller's. */
static int
find_unseen(struct store *s, const int64_t *ids, size_t n, int64_t **out, size_t *n_out, struct err *e)
{
	struct cursor *c;
	int more;

	*n_out = 0;
	if (undone_unseen(s, ids, n, &c, e) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0)
		*LIST_ADD(*out, *n_out) = cursor_int(c, 0);
	cursor_close(c);
	return more;
}

/* A text out of which an earlier undo has taken what the runs did is done with: what it holds is others' alone. */
static int
settle_merged(struct undo *t, const struct own_runs *r, struct err *e)
{
	struct cursor *c;
	int more;

	if (undone_merged(t->store, r->ids + t->n, r->n_undos, &c, e) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0) {
		const char *path = cursor_text(c, 0, NULL);
		int i = path ? paths_find(&t->paths, path) : NO_PATH;

		if (i != NO_PATH)
			t->paths.path[i].history.settled = true;
	}
	cursor_close(c);
	return more;
}

static int
make_plan(struct undo *t, const struct own_runs *r, const struct survey *given, struct err *e)
{
	const struct paths_runs runs = {
		.ids = r->ids, .n = r->n, .undos = r->ids + t->n, .n_undos = r->n_undos,
		.wider = r->wider, .n_wider = r->n_wider,
	};
	struct survey survey = *given;
	int64_t *unseen = NULL;
	int rc = paths_load(&t->paths, t->store, &runs, e);

	if (rc == 0 && !t->wishes.uninstall)
		siblings_seek(&t->paths);
	if (rc == 0)
		rc = settle_merged(t, r, e);
	if (rc == 0)
		rc = find_later_writers(t, r->ids, r->n, e);
	if (rc == 0)
		rc = find_unseen(t->store, r->ids, r->n, &unseen, &survey.n_unseen, e);
	if (rc == 0) {
		survey.history = store_path(t->store);
		survey.unseen = unseen;
		survey_make(&t->paths, &survey);
		if (t->wishes.merge)
			merge_find(&t->paths, survey.history);
		if (!t->wishes.force)
			in_use_find(&t->paths);
		plan_make(&t->paths, &t->wishes, &t->plan);
	}
	free(unseen);
	return rc;
}

int
undo_plan(struct undo *t, struct store *s, const int64_t *ids, size_t n,
	  const struct plan_wishes *wishes, const struct survey *survey, struct err *e)
{
	struct own_runs runs = { .n = 0 };
	int rc;

	memset(t, 0, sizeof(*t));
	t->store = s;
	t->ids = xmemdup(ids, n * sizeof(*ids));
	t->n = n;
	t->wishes = *wishes;
	rc = load_earlier(&runs, s, ids, n, e);
	if (rc == 0)
		rc = make_plan(t, &runs, survey, e);
	free(runs.ids);
	free(runs.wider);
	return rc;
}

bool
undo_left_some(const struct undo *t)
{
	return t->ended_early || (!t->wishes.accept && (t->plan.n_kept > 0 || t->plan.n_partly > 0));
}

void
undo_release(struct undo *t)
{
	paths_release(&t->paths);
	plan_release(&t->plan);
	free(t->ids);
	t->ids = NULL;
}

/* --- the work --- */

static void
record_process_start(const struct recorder *r, const struct run_start *start)
{
	const struct event_sink *sink = recorder_sink((struct recorder *)r);
	const struct process_start p = {
		.image = IMAGE, .pid = getpid(), .is_exec = true, .program = "writetrace",
		.command = start->command, .directory = start->directory, .started_ns = start->started_ns,
	};

	sink->process_start(sink->context, &p);
}

static void
record_process_end(struct recorder *r, bool left_some)
{
	const struct event_sink *sink = recorder_sink(r);
	int64_t now_ns = clock_now_ns();
	int status = (left_some ? 1 : 0) << 8;	/* as waitpid(2) gives it */

	sink->process_end(sink->context, IMAGE, status, now_ns);
	recorder_command_ended(r, status, now_ns);
}

static int
write_outcomes(struct undo *t, const struct undo_hooks *hooks, struct err *e)
{
	for (int i = 0; i < t->paths.n; i++) {
		const struct undo_path *p = &t->paths.path[i];
		char *reason;
		int rc;

		if (p->plan.action == UNDO_NOTHING || p->plan.action == UNDO_STAYS ||
		    (p->plan.action != UNDO_KEEP && !p->done.completed))
			continue;
		if (p->plan.action == UNDO_MERGE)
			continue;	/* it stands there already */
		reason = p->plan.action == UNDO_KEEP || p->plan.unreached > 0 ? hooks->reason(hooks->context, p) : NULL;
		rc = undone_outcome(t->store, t->run_id, p->path_id, undo_action_names[p->plan.action], reason, e);
		free(reason);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int
store_outcomes(struct undo *t, const struct undo_hooks *hooks, struct err *e)
{
	if (store_begin(t->store, e) < 0)
		return -1;
	if (write_outcomes(t, hooks, e) == 0 && store_commit(t->store, e) == 0)
		return 0;
	store_rollback(t->store);
	return -1;
}

/* Before they are done: a later call must not take them for something that others have written since. */
static int
store_merges(struct undo *t, struct err *e)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < t->paths.n; i++) {
		const struct undo_path *p = &t->paths.path[i];

		if (p->plan.action == UNDO_MERGE)
			rc = undone_outcome(t->store, t->run_id, p->path_id, undo_action_names[UNDO_PUT],
					    undone_merged_reason, e);
	}
	return rc;
}

static int
execute(struct undo *t, const struct run_start *start, const struct undo_hooks *hooks, struct err *e)
{
	const struct recorder_options options = { .whole = true };
	struct tally_sheet sheet;
	struct recorder *r;
	int rc;

	if (recorder_begin(&r, t->store, start, &options, e) < 0)
		return -1;
	t->run_id = recorder_run_id(r);
	if (store_merges(t, e) < 0) {
		recorder_free(r);
		return -1;
	}
	record_process_start(r, start);
	{
		const struct steps steps = {
			.b = &t->paths, .plan = &t->plan, .sink = recorder_sink(r), .image = IMAGE,
			.history = store_path(t->store), .uninstall = t->wishes.uninstall,
			.record = r, .done = hooks->done, .stop = hooks->stop, .context = hooks->context,
		};

		t->ended_early = !steps_run(&steps);
	}
	plan_recount(&t->plan, &t->paths);
	record_process_end(r, undo_left_some(t));
	store_busy_timeout(t->store, BUSY_MS);
	rc = store_outcomes(t, hooks, e);
	/* a lock that was waited for in vain is not waited for once more */
	if (rc == 0)
		rc = recorder_finish(r, t->ended_early ? RUN_INTERRUPTED : RUN_COMPLETE, &sheet, e);
	if (rc < 0)
		hooks->unstored(hooks->context, r);
	recorder_free(r);
	return rc;
}

/* A path of which something is left to be done, and where it comes from: a run that moved it on has but the latter. */
static void
add_open_path(struct undone_rest *rest, int64_t **open, const struct undo_paths *b, const struct undo_path *p)
{
	*LIST_ADD(*open, rest->n_open) = p->path_id;
	if (p->history.origin != NO_PATH)
		*LIST_ADD(*open, rest->n_open) = b->path[p->history.origin].path_id;
}

static int
store_state(struct undo *t, struct err *e)
{
	struct undone_rest rest = { .all = t->ended_early };
	int64_t *kept = NULL, *open = NULL;
	int rc;

	for (int i = 0; i < t->paths.n; i++) {
		const struct undo_path *p = &t->paths.path[i];
		bool kept_here = p->plan.action == UNDO_KEEP || p->plan.unreached > 0;
		bool is_kept = (kept_here && !t->wishes.accept) || p->plan.left_out == UNDO_KEEP;

		if (is_kept)
			*LIST_ADD(kept, rest.n_kept) = p->path_id;
		if (is_kept || p->plan.left_out != UNDO_NOTHING)
			add_open_path(&rest, &open, &t->paths, p);
	}
	rest.kept = kept;
	rest.open = open;
	rc = undone_runs(t->store, t->ids, t->n, t->wishes.uninstall ? RUN_UNINSTALLED : RUN_UNDONE, &rest, e);
	free(kept);
	free(open);
	return rc;
}

int
undo_do(struct undo *t, const struct run_start *start, const struct undo_hooks *hooks,
	struct err *e)
{
	if (t->plan.n > 0 && execute(t, start, hooks, e) < 0)
		return -1;
	/* nothing was to be done to these paths, and what is to be done to the others was not asked for */
	if (t->plan.n == 0 && t->plan.n_kept == 0 && t->plan.n_unwanted > 0)
		return 0;
	return store_state(t, e);
}
