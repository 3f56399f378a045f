/* From the rows of several runs to one state before all of them and one after, for each path. */
#include "config.h"

#include "undo/paths.h"

#include <stdlib.h>
#include <string.h>

#include "file/identity.h"
#include "history/runs_as_one.h"
#include "file/state.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"

const char paths_temporary[] = ".writetrace-";

const char *const undo_action_names[UNDO_ACTION_COUNT] = {
	[UNDO_NOTHING] = "nothing",
	[UNDO_STAYS] = "stay",
	[UNDO_REMOVE] = "remove",
	[UNDO_RMDIR] = "rmdir",
	[UNDO_MKDIR] = "restore",
	[UNDO_MOVE] = "restore",
	[UNDO_PUT] = "restore",
	[UNDO_LINK] = "restore",
	[UNDO_ATTRIBUTES] = "restore",
	[UNDO_MERGE] = "merge",
	[UNDO_KEEP] = "keep",
};

static int
name_to_path(const void *name, const void *path)
{
	return strcmp(name, ((const struct undo_path *)path)->path);
}

int
paths_find(const struct undo_paths *b, const char *path)
{
	size_t at;

	return list_find(path, b->path, (size_t)b->n, sizeof(*b->path), name_to_path, &at) ? (int)at : NO_PATH;
}

int
paths_parent(const struct undo_paths *b, const char *path)
{
	char *dir = xstrndup(path, path_dir_len(path));
	int found = strcmp(dir, path) == 0 ? NO_PATH : paths_find(b, dir);

	free(dir);
	return found;
}

struct undo_path *
paths_add(struct undo_paths *b, const char *path)
{
	struct undo_path *p = LIST_ADD(b->path, b->n);

	*p = (struct undo_path){ .path = xstrdup(path), .now.merged = BUF_INIT };
	p->history.origin = p->plan.source = NO_PATH;
	return p;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct undo_path *)a)->path, ((const struct undo_path *)b)->path);
}

void
paths_sort(struct undo_paths *b)
{
	int *moved_to = xcalloc((size_t)b->n + 1, sizeof(*moved_to));

	for (int i = 0; i < b->n; i++)
		b->path[i].plan.source = i;
	if (b->n > 0)
		qsort(b->path, (size_t)b->n, sizeof(*b->path), by_path);
	for (int i = 0; i < b->n; i++)
		moved_to[b->path[i].plan.source] = i;
	for (int i = 0; i < b->n; i++) {
		struct undo_path *p = &b->path[i];

		p->plan.source = NO_PATH;
		if (p->history.origin != NO_PATH)
			p->history.origin = moved_to[p->history.origin];
	}
	free(moved_to);
}

void
paths_release(struct undo_paths *b)
{
	for (int i = 0; i < b->n; i++) {
		struct undo_path *p = &b->path[i];

		free(p->path);
		state_release(&p->history.before);
		state_release(&p->history.left);
		state_release(&p->now.state);
		state_release(&p->now.merged_state);
		buf_release(&p->now.merged);
		free(p->history.held_by_name);
		free(p->now.used_by_program);
		free(p->now.foreign);
		free(p->plan.detail);
		free(p->done.at);
	}
	free(b->path);
	b->path = NULL;
	b->n = 0;
}

/* Of two states of one path whether they hold the same, by what is known of them. */
static bool
same_content(const struct file_state *a, const struct file_state *b)
{
	if (a->type != b->type || a->rdev != b->rdev)
		return false;
	if (a->type == FILE_SYMLINK)
		return strcmp(a->target ? a->target : "", b->target ? b->target : "") == 0;
	if (a->type != FILE_REGULAR)
		return true;
	if (change_content(a, b) != CONTENT_UNKNOWN)
		return change_content(a, b) == CONTENT_SAME;
	return identity_same_state(a, b) && a->mtime_ns == b->mtime_ns;
}

/* An object was changed or removed: its content before that is what it had before all runs, or the earliest says. */
static void
note_old_content(const struct origins *o, const struct origin_step *s, struct undo_paths *b)
{
	const char *origin = origin_of_object(o, s->path, s->run_id);
	int i = origin ? paths_find(b, origin) : NO_PATH;
	struct undo_path *p = i == NO_PATH ? NULL : &b->path[i];

	if (!p || ((p->history.has_old || p->history.no_old) && p->history.old_run <= s->run_id))
		return;
	p->history.old_run = s->run_id;
	p->history.has_old = s->old_content == OLD_KEPT && s->has_digest;
	p->history.no_old = !p->history.has_old;
	if (p->history.has_old) {
		p->history.before.digest = s->digest;
		p->history.before.has_digest = true;
	}
}

static bool
took_back_more(const struct paths_runs *runs, int64_t run)
{
	for (size_t i = 0; i < runs->n_wider; i++) {
		if (runs->wider[i] == run)
			return true;
	}
	return false;
}

/* Takes over the states. */
static void
add_change(struct undo_paths *b, const struct paths_runs *runs, struct path_change *c)
{
	struct undo_path *p = paths_add(b, c->path);
	struct file_state *before = &p->history.before, *left = &p->history.left;

	p->path_id = c->path_id;
	*before = c->before;
	*left = c->after;
	p->history.left_by = c->last_run;
	p->history.left_ended_ns = c->last_ended_ns;
	p->history.disturbed = (c->disturbed & DISTURBED_AFTER) != 0;
	p->history.doubtful = c->doubtful;
	p->history.parent_only = c->parent_only;
	p->history.leftover = c->by_undos;
	p->history.settled = took_back_more(runs, c->last_run) && !c->last_kept_content;
	p->history.lost = before->type != FILE_ABSENT && !c->kept_content && !same_content(before, left);
	if (!p->history.lost && left->type == FILE_REGULAR && before->has_digest && !left->has_digest) {
		left->digest = before->digest;
		left->has_digest = true;
	}
	c->before = c->after = (struct file_state){ .type = FILE_ABSENT };
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The first that the runs left something in such a directory: what was done to it after that was not theirs. */
static void
note_ends(struct undo_paths *b)
{
	for (int i = 0; i < b->n; i++) {
		int dir = paths_parent(b, b->path[i].path);
		struct undo_path *p = dir == NO_PATH ? NULL : &b->path[dir];
		int64_t ended_ns = b->path[i].history.left_ended_ns;

		if (p && p->history.ours_alone && (p->history.left_ended_ns == 0 || ended_ns < p->history.left_ended_ns))
			p->history.left_ended_ns = ended_ns;
	}
}

/*
 * Directories in which names may come and go for a moment, although the runs changed none in them: what is
 * there was written in place, and is put back by a rename.
 */
static void
add_directories(struct undo_paths *b)
{
	char **dirs = xcalloc((size_t)b->n + 1, sizeof(*dirs));
	int n = 0;

	for (int i = 0; i < b->n; i++) {
		char *dir = xstrndup(b->path[i].path, path_dir_len(b->path[i].path));

		if (paths_find(b, dir) == NO_PATH)
			dirs[n++] = dir;
		else
			free(dir);
	}
	qsort(dirs, (size_t)n, sizeof(*dirs), by_text);
	for (int i = 0; i < n; i++) {
		if (i == 0 || strcmp(dirs[i], dirs[i - 1]) != 0)
			paths_add(b, dirs[i])->history.ours_alone = true;
	}
	for (int i = 0; i < n; i++)
		free(dirs[i]);
	free(dirs);
	paths_sort(b);
	note_ends(b);
}

/* What was moved and not written to need not have been read before that: it is what was found when it was moved. */
static void
note_moved_content(const struct undo_path *to, struct undo_path *from)
{
	const struct file_state *moved = &to->history.left;
	struct file_state *before = &from->history.before;

	if (from->history.has_old || from->history.no_old || before->has_digest || !moved->has_digest ||
	    before->type != FILE_REGULAR || moved->type != FILE_REGULAR || before->size_bytes != moved->size_bytes)
		return;
	before->digest = moved->digest;
	before->has_digest = true;
}

static void
note_origins(struct undo_paths *b, const struct origins *o)
{
	for (int i = 0; i < b->n; i++) {
		struct undo_path *p = &b->path[i];
		const char *origin = p->history.left.type != FILE_ABSENT ? origin_of_object(o, p->path, INT64_MAX) : NULL;

		if (origin && strcmp(origin, p->path) != 0)
			p->history.origin = paths_find(b, origin);
	}
	for (size_t i = 0; i < o->n; i++) {
		if (o->v[i].old_content != OLD_NOT_NEEDED)
			note_old_content(o, &o->v[i], b);
	}
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].history.origin != NO_PATH)
			note_moved_content(&b->path[i], &b->path[b->path[i].history.origin]);
	}
}

static bool
is_temporary(const char *path)
{
	return strncmp(path_name(path), paths_temporary, strlen(paths_temporary)) == 0;
}

/* A directory in which an undo alone changed names: it may have been kept from giving it its time back. */
static bool
is_ours_alone(const struct path_change *c)
{
	return c->by_undos && c->before.type == FILE_DIRECTORY && c->after.type == FILE_DIRECTORY && !is_temporary(c->path);
}

/* An undo's rows count where they are about what the others did, and for the names that it gave itself. */
static bool
is_concerned(const struct path_change *c)
{
	return !c->by_undos || is_temporary(c->path) || is_ours_alone(c);
}

int
paths_load(struct undo_paths *out, struct store *s, const struct paths_runs *runs, struct err *e)
{
	struct origins origins = { .n = 0 };
	struct runs_as_one reader = { .undos = runs->undos, .n_undos = runs->n_undos, .origins = &origins };
	struct path_change c;
	int more;

	memset(out, 0, sizeof(*out));
	if (runs_as_one_open(&reader, s, runs->ids, runs->n, e) < 0)
		return -1;
	while ((more = runs_as_one_next(&reader, &c, e)) > 0) {
		bool ours_alone = is_ours_alone(&c);

		if (is_concerned(&c) && !c.caller_log)
			add_change(out, runs, &c);
		if (ours_alone)
			out->path[out->n - 1].history.ours_alone = true;
		runs_as_one_release(&c);
	}
	runs_as_one_close(&reader);
	if (more == 0) {
		add_directories(out);
		note_origins(out, &origins);
	}
	origin_release(&origins);
	return more;
}
