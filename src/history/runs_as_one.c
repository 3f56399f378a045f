/* What runs did to each path, taken as one. */
#include "config.h"

#include "history/runs_as_one.h"

#include <stdlib.h>
#include <string.h>

#include "file/state.h"
#include "base/path.h"

int
runs_as_one_open(struct runs_as_one *r, struct store *s, const int64_t *ids, size_t n, struct err *e)
{
	return query_states_of(s, ids, n, &r->cursor, e);
}

void
runs_as_one_close(struct runs_as_one *r)
{
	if (r->ready)
		query_state_release(&r->row);
	r->ready = false;
	cursor_close(r->cursor);
	r->cursor = NULL;
}

void
runs_as_one_release(struct path_change *c)
{
	free(c->path);
	free(c->renamed_from);
	state_release(&c->before);
	state_release(&c->after);
	memset(c, 0, sizeof(*c));
}

static int
next_row(struct runs_as_one *r, struct err *e)
{
	int more;

	if (r->ready)
		return 1;
	if (r->ended)
		return 0;
	more = query_state_next(r->cursor, &r->row, e);
	r->ended = more <= 0;
	if (more <= 0)
		return more;
	if (!path_is_canonical(r->row.path)) {
		err_set(e, ERR_INPUT, "the history is damaged: %s is no path that a run can have changed", r->row.path);
		query_state_release(&r->row);
		return -1;
	}
	if (r->origins)
		origin_add(r->origins, &r->row);
	r->ready = true;
	return 1;
}

static void
copy_digest(struct file_state *to, const struct file_state *from)
{
	if (to->has_digest || !from->has_digest)
		return;
	to->digest = from->digest;
	to->has_digest = true;
}

bool
runs_as_one_keeps_content(const struct state_row *row)
{
	return row->class == CHANGE_ATTRIBUTES || row->class == CHANGE_UNCHANGED || row->class == CHANGE_PARENT;
}

bool
runs_as_one_untouched(const struct file_state *left, const struct file_state *found)
{
	return left->type == FILE_REGULAR && found->type == FILE_REGULAR &&
	       left->mtime_ns == found->mtime_ns && change_content(left, found) != CONTENT_DIFFERS;
}

/* What has gone over is not released with the row. */
static void
take_state(struct file_state *to, struct file_state *from)
{
	state_release(to);
	*to = *from;
	memset(from, 0, sizeof(*from));
}

static void
fold_first(struct runs_as_one *r, struct path_change *out)
{
	struct state_row *row = &r->row;

	out->path_id = row->path_id;
	out->path = row->path;
	row->path = NULL;
	out->renamed_from = row->renamed_from;
	row->renamed_from = NULL;
	out->first_run = row->run_id;
	out->parent_only = out->kept_content = out->by_undos = true;
	r->same_content = true;
}

/* Where the content was not changed it need not have been read on both sides, nor in the run before. */
static void
fold_digests(struct runs_as_one *r, struct path_change *out, bool kept)
{
	struct state_row *row = &r->row;
	bool first = row->run_id == out->first_run;

	if (!first && runs_as_one_untouched(&out->after, &row->before))
		copy_digest(&row->before, &out->after);
	else if (!first)
		r->same_content = false;
	if (kept && row->before.type == FILE_REGULAR) {
		copy_digest(&row->before, &row->after);
		copy_digest(&row->after, &row->before);
	}
	if (!first && r->same_content)
		copy_digest(&out->before, &row->before);
	r->same_content = r->same_content && kept;
}

static bool
is_undo(const struct runs_as_one *r, int64_t run_id)
{
	for (size_t i = 0; i < r->n_undos; i++) {
		if (r->undos[i] == run_id)
			return true;
	}
	return false;
}

/* A directory that nobody but undos met, and somebody else changed between two of them: before is what the last one found. */
static bool
changed_between(const struct runs_as_one *r, const struct path_change *out)
{
	return out->by_undos && is_undo(r, r->row.run_id) && out->after.type == FILE_DIRECTORY &&
	       r->row.before.type == FILE_DIRECTORY && r->row.before.mtime_ns != out->after.mtime_ns;
}

/* The next run's word on the same path. */
static void
fold_row(struct runs_as_one *r, struct path_change *out)
{
	struct state_row *row = &r->row;
	bool kept = runs_as_one_keeps_content(row);

	if (!out->path)
		fold_first(r, out);
	fold_digests(r, out, kept);
	if (row->run_id == out->first_run || changed_between(r, out))
		take_state(&out->before, &row->before);
	take_state(&out->after, &row->after);
	out->last_run = row->run_id;
	out->process_id = row->process_id;
	out->last_ended_ns = row->run_ended_ns;
	out->parent_only = out->parent_only && row->class == CHANGE_PARENT;
	out->kept_content = out->kept_content && kept;
	out->last_kept_content = kept;
	out->caller_log = out->caller_log || row->caller_log;
	/* what an undo could not look at again holds the next one back from nothing: that looks for itself */
	out->doubtful = out->doubtful || (row->doubtful && !is_undo(r, row->run_id));
	out->disturbed = row->disturbed;
	out->by_undos = out->by_undos && is_undo(r, row->run_id);
}

static enum content
folded_content(const struct runs_as_one *r, const struct path_change *c)
{
	enum content content = change_content(&c->before, &c->after);

	if (content == CONTENT_UNKNOWN)
		return r->same_content ? CONTENT_SAME : CONTENT_DIFFERS;
	return content;
}

int
runs_as_one_next(struct runs_as_one *r, struct path_change *out, struct err *e)
{
	int more = next_row(r, e);

	memset(out, 0, sizeof(*out));
	if (more <= 0)
		return more;
	do {
		fold_row(r, out);
		query_state_release(&r->row);
		r->ready = false;
		more = next_row(r, e);
	} while (more > 0 && r->row.path_id == out->path_id);
	if (more < 0) {
		runs_as_one_release(out);
		return -1;
	}
	out->class = change_classify(&out->before, &out->after, folded_content(r, out), &out->differs);
	if (out->class == CHANGE_UNCHANGED && out->parent_only)
		out->class = CHANGE_PARENT;
	return 1;
}

int
runs_as_one_row_at(struct store *s, const int64_t *ids, size_t n, const char *path, bool last, struct state_row *out,
		   struct err *e)
{
	int found = 0;

	for (size_t i = 0; i < n && found == 0; i++)
		found = query_state_of_path(s, ids[last ? n - 1 - i : i], path, out, e);
	return found;
}
