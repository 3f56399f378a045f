/* What is to be done with each path, by its own three states alone. */
#include "config.h"

#include "undo/decide.h"

#include "base/digest.h"
#include "file/change.h"

void
decide_keep(struct undo_path *p, enum keep_reason reason, int source)
{
	p->plan.action = UNDO_KEEP;
	p->plan.reason = reason;
	p->plan.source = source;
	p->plan.stash = p->plan.clear_first = false;
}

/* Of what was not kept nothing is put back in any case, and that is said. */
static bool
is_doubted(const struct undo_path *p)
{
	return p->history.doubtful && !p->history.no_old;
}

/* Why a path that is not as it was left, or that others have a claim on, is not to be touched. */
static enum keep_reason
objection(const struct planner *pl, const struct undo_path *p)
{
	if (p->now.error)
		return KEEP_ERROR;
	if (pl->wishes->force)
		return KEEP_NO_REASON;
	if (plan_exists(&p->history.left) && !plan_exists(&p->now.state))
		return KEEP_GONE;
	if (p->history.held_by)
		return KEEP_LATER_RUN;
	if (!plan_exists(&p->history.left) && plan_exists(&p->now.state))
		return KEEP_THERE_AGAIN;
	if (p->now.late_change)
		return KEEP_LATE_CHANGE;
	if (p->now.edited)
		return KEEP_EDITED;
	if (p->now.frozen)
		return KEEP_FROZEN;
	return is_doubted(p) ? KEEP_DOUBT : KEEP_NO_REASON;
}

/* The same, of what would be removed or replaced. */
static enum keep_reason
objection_to_loss(const struct planner *pl, const struct undo_path *p)
{
	return p->now.used_by && !pl->wishes->force && !p->now.error ? KEEP_IN_USE : objection(pl, p);
}

static void
object_to(struct undo_path *p, enum keep_reason reason)
{
	decide_keep(p, reason, NO_PATH);
	p->plan.error = p->now.error;
}

/* Metadata that an undo gives back.  A directory's mtime is settled by the steps. */
static unsigned
attributes_to_restore(const struct file_state *a, const struct file_state *b)
{
	unsigned differs;

	change_classify(a, b, CONTENT_SAME, &differs);
	return differs & ~(unsigned)(DIFFERS_CONTENT | DIFFERS_TYPE | DIFFERS_TARGET);
}

static bool
attributes_changed(const struct undo_path *p)
{
	return !p->history.parent_only && attributes_to_restore(&p->history.before, &p->history.left);
}

static void
decide_created(const struct planner *pl, struct undo_path *p)
{
	enum keep_reason why;

	p->plan.action = UNDO_NOTHING;
	if (!plan_exists(&p->history.left) || (!plan_exists(&p->now.state) && !p->now.error))
		return;		/* what is gone already is no fault */
	if (p->history.left.type == FILE_DIRECTORY && p->now.state.type == FILE_DIRECTORY && !p->now.error) {
		if (pl->wishes->uninstall && p->history.origin != NO_PATH)
			decide_keep(p, KEEP_WAS_ELSEWHERE, p->history.origin);
		else if (p->now.frozen && !pl->wishes->force)
			decide_keep(p, KEEP_FROZEN, NO_PATH);
		else if (is_doubted(p) && !pl->wishes->force)
			decide_keep(p, KEEP_DOUBT, NO_PATH);
		else
			p->plan.action = UNDO_RMDIR;
		return;
	}
	why = objection_to_loss(pl, p);
	if (why != KEEP_NO_REASON)
		object_to(p, why);
	else if (p->history.origin != NO_PATH && pl->wishes->uninstall)
		decide_keep(p, KEEP_WAS_ELSEWHERE, p->history.origin);
	else
		p->plan.action = p->now.state.type == FILE_DIRECTORY ? UNDO_RMDIR : UNDO_REMOVE;
}

/* What existed before and holds the same still: at most its metadata is given back. */
static void
decide_attributes(const struct planner *pl, struct undo_path *p)
{
	enum keep_reason why;

	p->plan.action = UNDO_NOTHING;
	if (!attributes_changed(p) || !plan_exists(&p->now.state) ||
	    !attributes_to_restore(&p->history.before, &p->now.state))
		return;
	why = p->now.others_work ? KEEP_EDITED : objection(pl, p);
	if (why == KEEP_NO_REASON)
		p->plan.action = UNDO_ATTRIBUTES;
	else
		object_to(p, why);
}

/* Whether the objection is that others have changed it too, and that was looked into. */
static bool
is_about_merge(const struct undo_path *p, enum keep_reason why)
{
	return p->now.merge != MERGE_NOT_TRIED && (why == KEEP_NO_REASON || why == KEEP_EDITED ||
						   why == KEEP_LATER_RUN || why == KEEP_LATE_CHANGE);
}

/* What existed before and has gone, or holds something else now.  From where it is had is seen to later. */
static void
decide_lost(const struct planner *pl, struct undo_path *p)
{
	enum keep_reason why;

	if (p->now.is_back) {
		p->plan.action = !p->now.error && attributes_to_restore(&p->history.before, &p->now.state)
			? UNDO_ATTRIBUTES : UNDO_NOTHING;
		return;
	}
	why = objection_to_loss(pl, p);
	if (is_about_merge(p, why) && p->now.merge == MERGE_CLEAN)
		p->plan.action = digest_equal(&p->now.merged_state.digest, &p->now.state.digest) ? UNDO_NOTHING
			: UNDO_MERGE;
	else if (why != KEEP_NO_REASON)
		object_to(p, is_about_merge(p, why) && p->now.merge == MERGE_CONFLICT ? KEEP_CONFLICT : why);
	else
		p->plan.action = p->history.before.type == FILE_DIRECTORY ? UNDO_MKDIR : UNDO_PUT;
}

static void
decide_path(const struct planner *pl, struct undo_path *p)
{
	p->plan.reason = KEEP_NO_REASON;
	p->plan.action = UNDO_NOTHING;
	if (paths_is_settled(p) || p->history.ours_alone)
		return;
	if (!plan_exists(&p->history.before)) {
		decide_created(pl, p);
	} else if (pl->wishes->uninstall) {
		if (plan_exists(&p->history.left) && (p->history.lost || attributes_changed(p)))
			p->plan.action = UNDO_STAYS;
	} else if (p->history.lost) {
		decide_lost(pl, p);
	} else {
		decide_attributes(pl, p);
	}
}

void
decide_paths(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		pl->b->path[i].plan.source = pl->b->path[i].plan.moved_to = NO_PATH;
		pl->b->path[i].plan.unreached = 0;
		decide_path(pl, &pl->b->path[i]);
	}
}
