/* What depends on what: a path that is kept may keep others, and a name in the way has to go first. */
#include "config.h"

#include "undo/depend.h"

#include <stdlib.h>
#include <string.h>

#include "undo/decide.h"
#include "undo/sources.h"
#include "base/mem.h"
#include "base/path.h"

bool
depend_is_move_source(const struct planner *pl, int i)
{
	int to = pl->b->path[i].plan.moved_to;

	return to != NO_PATH && pl->b->path[to].plan.action == UNDO_MOVE && pl->b->path[to].plan.source == i;
}

static void
drop_unwanted(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];

		if (p->now.wanted || p->plan.action == UNDO_NOTHING || p->plan.action == UNDO_STAYS)
			continue;
		p->plan.left_out = p->plan.action;
		p->plan.action = UNDO_NOTHING;
		pl->out->n_unwanted++;
	}
	/* nothing will be left to be done: directories get their times too, for no later call would come to that */
	for (int i = 0; i < pl->b->n && pl->out->n_unwanted == 0; i++) {
		struct undo_path *p = &pl->b->path[i];

		p->now.wanted |= !p->now.excepted && p->history.before.type == FILE_DIRECTORY;
	}
}

static void
keep_denied(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];

		if (!p->now.denied || p->plan.action == UNDO_NOTHING || p->plan.action == UNDO_STAYS ||
		    p->plan.action == UNDO_KEEP)
			continue;
		decide_keep(p, KEEP_ERROR, NO_PATH);
		p->plan.error = p->now.denied;
	}
}

/* Names in a directory that somebody has frozen since are not changed: that was to keep them. */
static void
keep_frozen(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];
		int dir = plan_is_dropped(p) || plan_is_placed(p) ? paths_parent(pl->b, p->path) : NO_PATH;

		if (dir != NO_PATH && pl->b->path[dir].now.frozen)
			decide_keep(p, KEEP_FROZEN, dir);
	}
}

/* Nothing can be put into a directory that will not be one.  Directories come before what is in them. */
static void
keep_blocked(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];
		int dir = plan_is_placed(p) ? paths_parent(pl->b, p->path) : NO_PATH;
		const struct undo_path *d = dir == NO_PATH ? NULL : &pl->b->path[dir];

		if (d && d->now.state.type != FILE_DIRECTORY && d->plan.action != UNDO_MKDIR)
			decide_keep(p, KEEP_BLOCKED, dir);
	}
}

/* What was to be had from something that stays cannot be put back. */
static void
lose_sources(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];
		const struct undo_path *from = p->plan.source == NO_PATH ? NULL : &pl->b->path[p->plan.source];

		if (!from || from->plan.action != UNDO_KEEP ||
		    (p->plan.action != UNDO_MOVE && p->plan.action != UNDO_LINK))
			continue;
		decide_keep(p, KEEP_NO_PRE_IMAGE, NO_PATH);
	}
}

/* The last trace of something that is not put back stays where it is. */
static void
keep_last_traces(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];
		const struct undo_path *q = p->history.origin == NO_PATH ? NULL : &pl->b->path[p->history.origin];

		if (q && p->plan.action == UNDO_REMOVE && !depend_is_move_source(pl, i) && !q->history.has_old && !sources_holds_old(q) &&
		    (q->plan.action == UNDO_KEEP || q->plan.action == UNDO_NOTHING))
			decide_keep(p, KEEP_WAS_ELSEWHERE, p->history.origin);
	}
}

/* What is here is in the way of what is to be put here: the types do not allow a plain rename over it. */
static void
find_obstacles(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];

		p->plan.clear_first = plan_is_placed(p) && plan_exists(&p->now.state) &&
			(p->now.state.type == FILE_DIRECTORY || p->history.before.type == FILE_DIRECTORY);
	}
}

static const char *
tail_below(const char *path, const char *dir)
{
	return path + (strcmp(dir, "/") == 0 ? 1 : strlen(dir) + 1);
}

static bool
is_full(const struct undo_path *p)
{
	return p->plan.action == UNDO_KEEP && p->plan.reason == KEEP_NOT_EMPTY;
}

/* A directory that must be empty holds something; of several things the first is named.  holds is taken over. */
static void
keep_full(struct undo_path *p, char *holds)
{
	if (is_full(p) && p->plan.detail && strcmp(p->plan.detail, holds) < 0) {
		free(holds);
		return;
	}
	decide_keep(p, KEEP_NOT_EMPTY, NO_PATH);
	free(p->plan.detail);
	p->plan.detail = holds;
}

/* What stays in dir because p does: p, or what stays in p. */
static char *
staying_name(const struct undo_path *p, const struct undo_path *dir)
{
	const char *name = tail_below(p->path, dir->path);

	return p->plan.detail ? path_join(name, p->plan.detail) : xstrdup(name);
}

/* Directories in which something stays, from the deepest up. */
static void
find_full_directories(const struct planner *pl)
{
	for (int i = pl->b->n - 1; i >= 0; i--) {
		struct undo_path *p = &pl->b->path[i];
		int dir = paths_parent(pl->b, p->path);
		bool gone;

		if ((plan_must_be_empty(p) || is_full(p)) && p->now.foreign)
			keep_full(p, xstrdup(p->now.foreign));
		gone = plan_is_dropped(p) || !plan_exists(&p->now.state) || p->plan.stash ||
		       depend_is_move_source(pl, i);
		if (dir != NO_PATH && !gone && (plan_must_be_empty(&pl->b->path[dir]) || is_full(&pl->b->path[dir])))
			keep_full(&pl->b->path[dir], staying_name(p, &pl->b->path[dir]));
	}
}

/*
 * Objects that are to be moved out of a place, or out of a directory, which must be cleared before they can
 * be put where they belong.
 */
static void
find_stashes(const struct planner *pl)
{
	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *q = &pl->b->path[i];
		struct undo_path *p;

		if (q->plan.action != UNDO_MOVE)
			continue;
		p = &pl->b->path[q->plan.source];
		p->plan.stash = plan_is_placed(p);
		for (int dir = paths_parent(pl->b, p->path); dir != NO_PATH && !p->plan.stash;
		     dir = paths_parent(pl->b, pl->b->path[dir].path))
			p->plan.stash = pl->b->path[dir].plan.clear_first;
	}
}

/* Each path that is kept may keep others: called until there are no more of them. */
static void
settle_dependencies(const struct planner *pl)
{
	keep_blocked(pl);
	lose_sources(pl);
	keep_last_traces(pl);
	find_obstacles(pl);
	find_stashes(pl);
	find_full_directories(pl);
}

void
depend_settle(const struct planner *pl)
{
	int kept;

	drop_unwanted(pl);
	keep_denied(pl);
	if (!pl->wishes->force)
		keep_frozen(pl);
	do {
		kept = plan_count(pl->b, UNDO_KEEP);
		settle_dependencies(pl);
	} while (plan_count(pl->b, UNDO_KEEP) != kept);
}
