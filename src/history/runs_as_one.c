/* What runs did to each path, taken as one. */
#include "config.h"

#include "history/runs_as_one.h"

#include <stdlib.h>
#include <string.h>

#include "file/state.h"
#include "base/mem.h"
#include "base/path.h"

struct runs_as_one {
	struct cursor *cursor;
	struct state_row row;		/* the next one */
	bool ready;			/* row is one */
	bool ended;			/* asked again, a cursor would begin anew */
	bool same_content;		/* of the path being gathered no run has changed the content so far */
};

int
runs_as_one_open(struct runs_as_one **out, struct store *s, const int64_t *ids, size_t n, struct err *e)
{
	struct runs_as_one *r = xcalloc(1, sizeof(*r));

	if (query_states_of(s, ids, n, &r->cursor, e) < 0) {
		free(r);
		return -1;
	}
	*out = r;
	return 0;
}

void
runs_as_one_close(struct runs_as_one *r)
{
	if (!r)
		return;
	if (r->ready)
		query_state_release(&r->row);
	cursor_close(r->cursor);
	free(r);
}

void
runs_as_one_release(struct path_change *l)
{
	free(l->path);
	state_release(&l->before);
	state_release(&l->after);
	memset(l, 0, sizeof(*l));
}

static int
fetch(struct runs_as_one *r, struct err *e)
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
	       left->size_bytes == found->size_bytes && left->mtime_ns == found->mtime_ns &&
	       (!left->has_digest || !found->has_digest || digest_equal(&left->digest, &found->digest));
}

/* Where the content was not changed it need not have been read on both sides. */
static void
share_digests(struct state_row *row)
{
	if (!runs_as_one_keeps_content(row) || row->before.type != FILE_REGULAR)
		return;
	copy_digest(&row->before, &row->after);
	copy_digest(&row->after, &row->before);
}

static void
begin(struct runs_as_one *r, struct path_change *out)
{
	struct state_row *row = &r->row;

	share_digests(row);
	out->path_id = row->path_id;
	out->path = row->path;
	out->before = row->before;
	out->after = row->after;
	out->old_content = row->old_content;
	out->first_run = out->last_run = row->run_id;
	out->last_ended_ns = row->run_ended_ns;
	out->class = row->class == CHANGE_PARENT ? CHANGE_PARENT : CHANGE_UNCHANGED;
	r->same_content = runs_as_one_keeps_content(row);
	/* what has gone over to out is not released with the row */
	row->path = NULL;
	memset(&row->before, 0, sizeof(row->before));
	memset(&row->after, 0, sizeof(row->after));
}

/* The next run's word on the same path. */
static void
add(struct runs_as_one *r, struct path_change *out)
{
	struct state_row *row = &r->row;

	if (runs_as_one_untouched(&out->after, &row->before)) {
		copy_digest(&row->before, &out->after);
		share_digests(row);
		if (r->same_content)
			copy_digest(&out->before, &row->before);
	} else {
		share_digests(row);
		r->same_content = false;
	}
	if (r->same_content && out->old_content == OLD_NOT_NEEDED)
		out->old_content = row->old_content;
	r->same_content = r->same_content && runs_as_one_keeps_content(row);
	if (row->class != CHANGE_PARENT)
		out->class = CHANGE_UNCHANGED;
	state_release(&out->after);
	out->after = row->after;
	memset(&row->after, 0, sizeof(row->after));
	out->last_run = row->run_id;
	out->last_ended_ns = row->run_ended_ns;
}

static enum content
compare_contents(const struct runs_as_one *r, const struct path_change *l)
{
	if (l->before.has_digest && l->after.has_digest)
		return digest_equal(&l->before.digest, &l->after.digest) ? CONTENT_SAME : CONTENT_DIFFERS;
	return r->same_content && l->before.size_bytes == l->after.size_bytes ? CONTENT_SAME : CONTENT_DIFFERS;
}

static void
end(const struct runs_as_one *r, struct path_change *out)
{
	enum change_class class = change_classify(&out->before, &out->after, compare_contents(r, out), &out->differs);

	if (class != CHANGE_UNCHANGED || out->class != CHANGE_PARENT)
		out->class = class;
}

int
runs_as_one_next(struct runs_as_one *r, struct path_change *out, struct err *e)
{
	int more = fetch(r, e);

	memset(out, 0, sizeof(*out));
	if (more <= 0)
		return more;
	do {
		if (!out->path)
			begin(r, out);
		else
			add(r, out);
		query_state_release(&r->row);
		r->ready = false;
		more = fetch(r, e);
	} while (more > 0 && r->row.path_id == out->path_id);
	if (more < 0) {
		runs_as_one_release(out);
		return -1;
	}
	end(r, out);
	return 1;
}
