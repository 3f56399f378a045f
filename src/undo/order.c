/* The steps of a plan, in the order in which each finds what it needs. */
#include "config.h"

#include "undo/order.h"

#include <linux/fs.h>
#include <string.h>

#include "undo/depend.h"
#include "base/list.h"

static void
mark_busy(struct undo_paths *b, const char *path)
{
	int dir = paths_parent(b, path);

	if (dir != NO_PATH)
		b->path[dir].plan.busy = true;
}

static void
add_step(const struct planner *pl, enum step_kind kind, int path)
{
	const struct undo_path *p = &pl->b->path[path];
	struct plan *out = pl->out;

	if (kind == STEP_STASH)
		mark_busy(pl->b, pl->b->path[plan_stash_dir(pl->b, path)].path);
	if (kind == STEP_STASH || kind == STEP_REMOVE || kind == STEP_RMDIR || kind == STEP_MKDIR || kind == STEP_PLACE)
		mark_busy(pl->b, p->path);
	if (kind == STEP_PLACE && p->plan.action == UNDO_MOVE)
		mark_busy(pl->b, pl->b->path[p->plan.source].path);
	*LIST_ADD(out->step, out->n) = (struct step){ kind, path };
}

static bool
is_frozen(const struct file_state *s)
{
	return s->iflags & (FS_IMMUTABLE_FL | FS_APPEND_FL);
}

static bool
names_change_in(const struct planner *pl, int i)
{
	const char *dir = pl->b->path[i].path;

	for (int k = i + 1; k < pl->b->n; k++) {
		const struct undo_path *below_it = &pl->b->path[k];

		if (strncmp(below_it->path, dir, strlen(dir)) != 0)
			break;
		if ((plan_is_dropped(below_it) || plan_is_placed(below_it)) && paths_parent(pl->b, below_it->path) == i)
			return true;
	}
	return false;
}

static bool
wants_opening(const struct planner *pl, int i)
{
	return pl->b->path[i].now.closed && names_change_in(pl, i);
}

/* Flags are taken off what changes, and off directories in which a name does. */
static bool
wants_thaw(const struct planner *pl, int i)
{
	const struct undo_path *p = &pl->b->path[i];

	if (!is_frozen(&p->now.state) || p->plan.action == UNDO_KEEP || p->plan.action == UNDO_STAYS)
		return false;
	if (p->plan.action != UNDO_NOTHING)
		return true;
	return p->now.state.type == FILE_DIRECTORY && names_change_in(pl, i);
}

/* Directories whose names change, or whose own state does. */
static bool
wants_settling(const struct planner *pl, const struct undo_path *p)
{
	bool own_time = p->now.wanted && p->history.before.type == FILE_DIRECTORY && p->now.state.mtime_ns == p->history.left.mtime_ns &&
			p->now.state.mtime_ns != p->history.before.mtime_ns;

	if (p->history.ours_alone)
		return (p->plan.busy || own_time) && p->now.state.type == FILE_DIRECTORY && !pl->wishes->uninstall;
	if (p->history.before.type != FILE_DIRECTORY || paths_is_settled(p) || p->now.denied ||
	    (p->now.frozen && !pl->wishes->force) || p->plan.action == UNDO_KEEP || (p->plan.action != UNDO_MKDIR && p->now.state.type != FILE_DIRECTORY))
		return false;
	if (pl->wishes->uninstall)
		return is_frozen(&p->now.state) && p->plan.busy;
	return p->plan.action == UNDO_MKDIR || p->plan.action == UNDO_ATTRIBUTES || p->plan.busy || own_time;
}

static void
order_clearing(const struct planner *pl)
{
	struct undo_paths *b = pl->b;

	for (int i = 0; i < b->n; i++) {
		if (wants_thaw(pl, i))
			add_step(pl, STEP_THAW, i);
		if (wants_opening(pl, i))
			add_step(pl, STEP_OPEN, i);
	}
	for (int i = b->n - 1; i >= 0; i--) {
		if (b->path[i].plan.stash)
			add_step(pl, STEP_STASH, i);
	}
	for (int i = b->n - 1; i >= 0; i--) {
		const struct undo_path *p = &b->path[i];
		bool in_the_way = p->plan.clear_first && p->now.state.type != FILE_DIRECTORY && !p->plan.stash;

		if ((p->plan.action == UNDO_REMOVE && !depend_is_move_source(pl, i) && !p->plan.is_copied) || in_the_way)
			add_step(pl, STEP_REMOVE, i);
	}
}

/* Whether a directory lies in, or is, one that must go before something can be put in its place. */
static bool
is_in_the_way(const struct planner *pl, int i)
{
	for (int dir = i; dir != NO_PATH; dir = paths_parent(pl->b, pl->b->path[dir].path)) {
		if (pl->b->path[dir].plan.clear_first && pl->b->path[dir].now.state.type == FILE_DIRECTORY)
			return true;
	}
	return false;
}

static void
order_directories(const struct planner *pl, bool in_the_way)
{
	for (int i = pl->b->n - 1; i >= 0; i--) {
		if (plan_must_be_empty(&pl->b->path[i]) && is_in_the_way(pl, i) == in_the_way)
			add_step(pl, STEP_RMDIR, i);
	}
}

static bool
is_copy(const struct undo_path *p)
{
	return p->plan.action == UNDO_PUT && p->plan.source != NO_PATH;
}

/* What is copied is copied first: after that it may go, or something else be put there. */
static void
order_placing(const struct planner *pl)
{
	struct undo_paths *b = pl->b;

	for (int i = 0; i < b->n; i++) {
		if (b->path[i].plan.action == UNDO_MKDIR)
			add_step(pl, STEP_MKDIR, i);
	}
	for (int i = 0; i < b->n; i++) {
		if (is_copy(&b->path[i]))
			add_step(pl, STEP_PLACE, i);
	}
	for (int i = 0; i < b->n; i++) {
		const struct undo_path *p = &b->path[i];

		if (p->plan.action == UNDO_MOVE || p->plan.action == UNDO_MERGE ||
		    (p->plan.action == UNDO_PUT && !is_copy(p)))
			add_step(pl, STEP_PLACE, i);
	}
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].plan.action == UNDO_LINK)
			add_step(pl, STEP_PLACE, i);
	}
	for (int i = b->n - 1; i >= 0; i--) {
		if (b->path[i].plan.action == UNDO_REMOVE && b->path[i].plan.is_copied)
			add_step(pl, STEP_REMOVE, i);
	}
}

static void
order_metadata(const struct planner *pl)
{
	struct undo_paths *b = pl->b;

	for (int i = 0; i < b->n; i++) {
		if (b->path[i].plan.action == UNDO_ATTRIBUTES && b->path[i].now.state.type != FILE_DIRECTORY)
			add_step(pl, STEP_ATTRIBUTES, i);
	}
	for (int i = b->n - 1; i >= 0; i--) {
		if (wants_settling(pl, &b->path[i]))
			add_step(pl, STEP_SETTLE, i);
		if (wants_opening(pl, i))
			add_step(pl, STEP_CLOSE, i);
	}
}

void
order_steps(const struct planner *pl)
{
	order_clearing(pl);
	order_directories(pl, true);
	order_placing(pl);
	order_directories(pl, false);
	order_metadata(pl);
}
