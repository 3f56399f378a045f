/* From the rows of several runs to one state before all of them and one after, for each path. */
#include "config.h"

#include "undo/compose.h"

#include <stdlib.h>
#include <string.h>

#include "file/state.h"
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
	[UNDO_KEEP] = "keep",
};

enum { MOVES_MAX = 1000 };	/* a damaged history must not send us in circles */

struct rows {
	const struct state_row *v;
	size_t n;
	const struct compose_run *runs;
	size_t n_runs;
};

int
paths_find(const struct undo_paths *b, const char *path)
{
	int low = 0, high = b->n;

	while (low < high) {
		int middle = low + (high - low) / 2;
		int order = strcmp(b->path[middle].path, path);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NO_PATH;
}

int
paths_parent(const struct undo_paths *b, const char *path)
{
	char *dir = xstrndup(path, path_dir_len(path));
	int found = strcmp(dir, path) == 0 ? NO_PATH : paths_find(b, dir);

	free(dir);
	return found;
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
		free(p->history.held_by_name);
		free(p->now.foreign);
		free(p->plan.detail);
		free(p->done.at);
	}
	free(b->path);
	b->path = NULL;
	b->n = 0;
}

static const struct compose_run *
run_of(const struct rows *r, const struct state_row *row)
{
	for (size_t i = 0; i < r->n_runs; i++) {
		if (r->runs[i].id == row->run_id)
			return &r->runs[i];
	}
	return &r->runs[0];
}

/* The first row of a path, or of the first path behind it. */
static size_t
first_row(const struct rows *r, const char *path)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(r->v[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The last row of a path before a run; NULL if there is none. */
static const struct state_row *
last_row(const struct rows *r, const char *path, int64_t before_run)
{
	const struct state_row *found = NULL;

	for (size_t i = first_row(r, path); i < r->n && strcmp(r->v[i].path, path) == 0; i++) {
		if (r->v[i].run_id < before_run)
			found = &r->v[i];
	}
	return found;
}

/* By number: overlayfs may give an object another one when it is first written. */
static bool
same_object(const struct state_row *row)
{
	return row->before.type == row->after.type && row->before.dev == row->after.dev &&
	       row->before.ino == row->after.ino;
}

/* A row that leaves the path's content as it was. */
static bool
keeps_content(const struct state_row *row)
{
	return row->class == CHANGE_ATTRIBUTES || row->class == CHANGE_UNCHANGED || row->class == CHANGE_PARENT;
}

/*
 * Where the object that path holds before the given run was before all of them: that path, or NULL if the
 * runs made it.
 */
static const char *
trace_back(const struct rows *r, const char *path, int64_t before_run)
{
	for (int moves = 0; moves < MOVES_MAX; moves++) {
		const struct state_row *row = last_row(r, path, before_run);

		if (!row)
			return path;
		if (row->after.type == FILE_ABSENT)
			return NULL;
		before_run = row->run_id;
		if (row->renamed_from)
			path = row->renamed_from;
		else if (row->before.type == FILE_ABSENT || (!same_object(row) && !keeps_content(row)))
			return NULL;
	}
	return NULL;
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
	if (a->size_bytes != b->size_bytes)
		return false;
	if (a->has_digest && b->has_digest)
		return digest_equal(&a->digest, &b->digest);
	return a->dev == b->dev && a->ino == b->ino && a->mtime_ns == b->mtime_ns;
}

/* What is known of the content before: the first row that may have changed it tells. */
static void
find_old_content(struct undo_path *p, const struct state_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct state_row *row = &rows[i];

		if (row->before.has_digest && row->before.type == FILE_REGULAR) {
			p->history.before.digest = row->before.digest;
			p->history.before.has_digest = true;
		}
		if (row->old_content != OLD_NOT_NEEDED || !keeps_content(row))
			return;
	}
}

/* A run changed or removed an object: its content before that is what it had before all runs, or the earliest says. */
static void
note_old_content(const struct rows *r, struct undo_paths *b, const struct state_row *row)
{
	const char *origin = trace_back(r, row->path, row->run_id);
	int i = origin ? paths_find(b, origin) : NO_PATH;
	struct undo_path *p = i == NO_PATH ? NULL : &b->path[i];

	if (!p || ((p->history.has_old || p->history.no_old) && p->history.old_run <= row->run_id))
		return;
	p->history.old_run = row->run_id;
	p->history.has_old = row->old_content == OLD_KEPT && row->before.has_digest;
	p->history.no_old = !p->history.has_old;
	if (p->history.has_old) {
		p->history.before.digest = row->before.digest;
		p->history.before.has_digest = true;
	}
}

static void
join(const struct rows *r, const struct state_row *rows, size_t n, struct undo_path *p)
{
	const struct state_row *last = &rows[n - 1];
	bool kept = true, parent = true;

	memset(p, 0, sizeof(*p));
	p->path = xstrdup(rows[0].path);
	p->path_id = rows[0].path_id;
	state_copy(&p->history.before, &rows[0].before);
	state_copy(&p->history.left, &last->after);
	p->history.left_by = last->run_id;
	p->history.left_ended_ns = last->run_ended_ns;
	p->history.origin = p->plan.source = NO_PATH;
	p->history.settled = run_of(r, last)->earlier_undo && run_of(r, last)->of_others_too && !keeps_content(last);
	for (size_t i = 0; i < n; i++) {
		kept = kept && keeps_content(&rows[i]);
		parent = parent && rows[i].class == CHANGE_PARENT;
	}
	p->history.parent_only = parent;
	if (p->history.before.type != FILE_ABSENT)
		find_old_content(p, rows, n);
	p->history.lost = p->history.before.type != FILE_ABSENT && !kept && !same_content(&p->history.before, &p->history.left);
	if (!p->history.lost && p->history.left.type == FILE_REGULAR && p->history.before.has_digest && !p->history.left.has_digest) {
		p->history.left.digest = p->history.before.digest;
		p->history.left.has_digest = true;
	}
}

/* An undo's rows count where they are about what the others did, and for the names that it gave itself. */
static bool
is_concerned(const struct rows *r, size_t from, size_t to, bool *leftover)
{
	*leftover = strncmp(path_name(r->v[from].path), paths_temporary, strlen(paths_temporary)) == 0;
	for (size_t i = from; i < to; i++) {
		if (!run_of(r, &r->v[i])->earlier_undo) {
			*leftover = false;
			return true;
		}
	}
	return *leftover;
}

static void
join_all(const struct rows *r, struct undo_paths *out)
{
	for (size_t from = 0, to; from < r->n; from = to) {
		bool leftover;

		for (to = from + 1; to < r->n && strcmp(r->v[to].path, r->v[from].path) == 0; to++)
			continue;
		if (!is_concerned(r, from, to, &leftover))
			continue;
		join(r, r->v + from, to - from, &out->path[out->n]);
		out->path[out->n++].history.leftover = leftover;
	}
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct undo_path *)a)->path, ((const struct undo_path *)b)->path);
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
	qsort(dirs, (size_t)n, sizeof(*dirs), compare_strings);
	b->path = xrealloc(b->path, ((size_t)b->n + (size_t)n + 1) * sizeof(*b->path));
	for (int i = 0; i < n; i++) {
		if (i > 0 && strcmp(dirs[i], dirs[i - 1]) == 0)
			continue;
		memset(&b->path[b->n], 0, sizeof(*b->path));
		b->path[b->n].path = xstrdup(dirs[i]);
		b->path[b->n].history.ours_alone = true;
		b->path[b->n].history.origin = b->path[b->n].plan.source = NO_PATH;
		b->n++;
	}
	for (int i = 0; i < n; i++)
		free(dirs[i]);
	free(dirs);
	qsort(b->path, (size_t)b->n, sizeof(*b->path), compare_paths);
}

static void
find_origin(const struct rows *r, const struct undo_paths *b, struct undo_path *p)
{
	const char *origin = p->history.left.type != FILE_ABSENT ? trace_back(r, p->path, INT64_MAX) : NULL;

	if (origin && strcmp(origin, p->path) != 0)
		p->history.origin = paths_find(b, origin);
}

void
compose_rows(const struct state_row *rows, size_t n_rows, const struct compose_run *runs, size_t n,
	     struct undo_paths *out)
{
	const struct rows r = { rows, n_rows, runs, n };

	out->path = xcalloc(n_rows + 1, sizeof(*out->path));
	out->n = 0;
	join_all(&r, out);
	add_directories(out);
	for (int i = 0; i < out->n; i++)
		find_origin(&r, out, &out->path[i]);
	for (size_t i = 0; i < n_rows; i++) {
		if (rows[i].old_content != OLD_NOT_NEEDED)
			note_old_content(&r, out, &rows[i]);
	}
}

int
compose(struct store *s, const struct compose_run *runs, size_t n, struct undo_paths *out, struct err *e)
{
	int64_t *ids = xcalloc(n + 1, sizeof(*ids));
	struct state_row *rows = NULL;
	size_t n_rows = 0, room = 0;
	struct cursor *c;
	int more = -1;

	for (size_t i = 0; i < n; i++)
		ids[i] = runs[i].id;
	memset(out, 0, sizeof(*out));
	if (query_states_of(s, ids, n, &c, e) == 0) {
		do {
			if (n_rows == room) {
				room = room ? 2 * room : 256;
				rows = xrealloc(rows, room * sizeof(*rows));
			}
			memset(&rows[n_rows], 0, sizeof(*rows));
			more = query_state_next(c, &rows[n_rows], e);
			n_rows += more > 0;
			if (more > 0 && !path_is_canonical(rows[n_rows - 1].path))
				more = err_set(e, ERR_INPUT, "the history is damaged: %s is no path that a run "
					       "can have changed", rows[n_rows - 1].path);
		} while (more > 0);
		cursor_close(c);
	}
	if (more == 0)
		compose_rows(rows, n_rows, runs, n, out);
	for (size_t i = 0; i < n_rows; i++)
		query_state_release(&rows[i]);
	free(rows);
	free(ids);
	return more;
}
