/* show --diff: what runs did to text files, as unified diffs of what was before them against what they left. */
#include "config.h"

#include "cmd/show/diff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "history/old_content.h"
#include "history/runs_as_one.h"
#include "file/change.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "cmd/show/rows.h"
#include "cmd/ui/unified.h"
#include "cmd/ui/text.h"
#include "store/query_state.h"

/* What is bigger is named only: nobody reads it. */
enum { TEXT_LIMIT = 4 << 20 };

struct differ {
	struct show *show;
	struct digester *digester;
	char **moved;		/* where files had been that the runs moved, in byte order */
	size_t n_moved;
	bool failed;		/* something could not be read: said already */
};

/* One of the two sides of a file: what is known of it, and its text where it is one. */
struct diff_side {
	bool there;			/* else there was nothing, or nothing that a diff could show */
	bool left;			/* what the runs left, not what was before them */
	const struct state_row *row;	/* of the run that it is before or after */
	const struct file_state *state;
	struct buf text;
	bool read;			/* text is the content */
};

static void
say_of_path(struct differ *d, const char *path, const char *what)
{
	struct buf line = BUF_INIT;

	text_add_quoted(&line, path);
	fprintf(d->show->out.f, "%s: %s\n", line.data, what);
	buf_release(&line);
}

static void
complain_of(struct differ *d, const struct err *e)
{
	err_print(e);
	d->failed = true;
}

/* --- the two sides --- */

static bool
side_is_text(const struct diff_side *s)
{
	return s->read && !memchr(s->text.data, '\0', s->text.len);
}

static int
read_source(struct differ *d, struct diff_side *s, const struct old_content_source *b, struct err *e)
{
	struct digest digest;

	if (io_read_all(b->fd, &s->text, TEXT_LIMIT) < 0)
		return err_system(e, "cannot read a content of %s", s->row->path);
	digest_add(d->digester, s->text.data, s->text.len);
	digest_finish(d->digester, &digest);
	if (b->has_digest && !digest_equal(&digest, &b->digest))
		return old_content_damaged(b, d->show->store, s->row, e);
	s->read = true;
	return 0;
}

/* A content that is nowhere any more is no failure: the side is not read then. */
static int
read_side(struct differ *d, struct diff_side *s, struct err *e)
{
	struct old_content_source b = OLD_CONTENT_INIT;
	int rc;

	if (!s->there)
		return 0;
	if (s->state->type == FILE_SYMLINK)
		buf_addstr(&s->text, s->state->target ? s->state->target : "");
	if (s->state->type != FILE_REGULAR || s->state->size_bytes == 0) {
		s->read = true;
		return 0;
	}
	if (s->state->size_bytes > TEXT_LIMIT)
		return 0;
	rc = (s->left ? old_content_open_left : old_content_open)(&b, d->show->store, s->row, d->digester, e);
	if (rc == 0)
		rc = read_source(d, s, &b, e);
	else if (e->code == ERR_NOT_FOUND)
		rc = 0;
	old_content_release(&b);
	return rc;
}

/* --- what is printed of a file --- */

static void
put_header(struct differ *d, const char *old_path, const char *new_path)
{
	struct buf line = BUF_INIT;

	buf_addstr(&line, "diff --git ");
	unified_add_label_path(&line, "a", old_path);
	buf_addch(&line, ' ');
	unified_add_label_path(&line, "b", new_path);
	unified_put_heading(&d->show->out, line.data);
	buf_release(&line);
}

static void
put_mode(struct differ *d, const char *words, const struct file_state *s)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s mode %06o", words, s->type == FILE_SYMLINK ? S_IFLNK : S_IFREG | s->mode);
	unified_put_heading(&d->show->out, line.data);
	buf_release(&line);
}

static void
put_modes(struct differ *d, const struct file_state *before, const struct file_state *after)
{
	if (before->mode == after->mode || before->type == FILE_SYMLINK)
		return;
	put_mode(d, "old", before);
	put_mode(d, "new", after);
}

static void
add_label(struct buf *out, const struct diff_side *s)
{
	unified_add_label_path(out, "", s->row->path);
	buf_addf(out, s->left ? "\tas run %" PRId64 " left it" : "\tbefore run %" PRId64, s->row->run_id);
}

static void
add_size_and_digest(struct buf *out, const struct file_state *s)
{
	char hex[2 * DIGEST_SIZE + 1];

	buf_addf(out, "%" PRId64 " bytes", s->size_bytes);
	if (!s->has_digest)
		return;
	digest_hex(&s->digest, hex);
	buf_addf(out, " (sha256 %s)", hex);
}

static bool
side_is_big(const struct diff_side *s)
{
	return s->there && s->state->size_bytes > TEXT_LIMIT;
}

static bool
side_is_binary(const struct diff_side *s)
{
	return s->read && !side_is_text(s);
}

/* Why there is no text to show. */
static void
add_reason(struct buf *out, const struct diff_side *old, const struct diff_side *new)
{
	const struct diff_side *unread = old->there && !old->read ? old : new;

	if (side_is_big(old) || side_is_big(new))
		buf_addstr(out, "too big to compare (more than 4 MiB)");
	else if (side_is_binary(old) || side_is_binary(new))
		buf_addstr(out, "binary");
	else if (unread->left)
		buf_addf(out, "what run %" PRId64 " left was not kept, and is not there any more", unread->row->run_id);
	else
		buf_addstr(out, "its old content was not kept");
}

/* One line of what cannot be shown as text. */
static void
say_unshown(struct differ *d, const struct diff_side *old, const struct diff_side *new)
{
	struct buf what = BUF_INIT;

	add_reason(&what, old, new);
	buf_addstr(&what, !old->there ? ", created: " : !new->there ? ", deleted: " : ": ");
	if (old->there)
		add_size_and_digest(&what, old->state);
	if (old->there && new->there)
		buf_addstr(&what, " -> ");
	if (new->there)
		add_size_and_digest(&what, new->state);
	say_of_path(d, new->row->path, what.data);
	buf_release(&what);
}

/* A file that was not there before, or is not there after. */
static void
put_whole(struct differ *d, const struct diff_side *s)
{
	struct buf label = BUF_INIT;

	put_header(d, s->row->path, s->row->path);
	put_mode(d, s->left ? "new file" : "deleted file", s->state);
	add_label(&label, s);
	unified_whole(&d->show->out, &s->text, label.data, s->left ? '+' : '-');
	buf_release(&label);
}

/* Git names what was moved without the slash that stands for its tree. */
static void
put_renames(struct differ *d, const char *old_path, const char *new_path)
{
	struct buf line = BUF_INIT;

	buf_addstr(&line, "rename from ");
	unified_add_label_path(&line, "", old_path + 1);
	unified_put_heading(&d->show->out, line.data);
	buf_reset(&line);
	buf_addstr(&line, "rename to ");
	unified_add_label_path(&line, "", new_path + 1);
	unified_put_heading(&d->show->out, line.data);
	buf_release(&line);
}

static int
put_texts(struct differ *d, const struct diff_side *old, const struct diff_side *new, struct err *e)
{
	struct buf old_label = BUF_INIT, new_label = BUF_INIT;
	int rc;

	add_label(&old_label, old);
	add_label(&new_label, new);
	rc = unified_diff(&d->show->out, &old->text, old_label.data, &new->text, new_label.data, e);
	buf_release(&old_label);
	buf_release(&new_label);
	return rc;
}

/* A file that is there before and after, with another content or, where it was moved, perhaps with the same. */
static int
put_both(struct differ *d, const struct diff_side *old, const struct diff_side *new, struct err *e)
{
	bool moved = strcmp(old->row->path, new->row->path) != 0;
	bool texts = side_is_text(old) && side_is_text(new);

	if (texts || moved || old->state->mode != new->state->mode)
		put_header(d, old->row->path, new->row->path);
	put_modes(d, old->state, new->state);
	if (moved)
		put_renames(d, old->row->path, new->row->path);
	if (!texts)
		say_unshown(d, old, new);
	return texts ? put_texts(d, old, new, e) : 0;
}

/* --- which files --- */

/* Read and print, of the sides that are there; one file that cannot be read does not keep the others from being shown. */
static int
put_sides(struct differ *d, struct diff_side *old, struct diff_side *new, struct err *e)
{
	int rc = 0;

	if (!old->there && !new->there)
		return 0;
	if (read_side(d, old, e) < 0 || read_side(d, new, e) < 0)
		complain_of(d, e);
	else if (old->there && new->there)
		rc = put_both(d, old, new, e);
	else if (side_is_text(old) || side_is_text(new))
		put_whole(d, old->there ? old : new);
	else
		say_unshown(d, old, new);
	buf_release(&old->text);
	buf_release(&new->text);
	old->read = new->read = false;
	return rc;
}

static bool
has_text(const struct file_state *s)
{
	return s->type == FILE_REGULAR || s->type == FILE_SYMLINK;
}

/* The row of a run, as it would be if the runs were one.  Borrows. */
static struct state_row
row_as_one(const struct path_change *c, int64_t run_id)
{
	return (struct state_row){
		.run_id = run_id, .run_ended_ns = c->last_ended_ns, .path_id = c->path_id, .path = c->path,
		.class = c->class, .renamed_from = c->renamed_from, .before = c->before, .after = c->after,
	};
}

/* What was moved is shown as that: what was at the other name before is compared with what is here after. */
static int
put_moved(struct differ *d, const struct path_change *c, struct diff_side *new, struct err *e)
{
	const struct run_ids *ids = &d->show->ids;
	struct state_row from;
	int found = runs_as_one_row_at(d->show->store, ids->v, ids->n, c->renamed_from, false, &from, e);
	struct diff_side old = { .row = &from, .state = &from.before, .text = BUF_INIT };
	int rc = 0;

	if (found < 0)
		return -1;
	old.there = found > 0 && from.before.type == c->after.type;
	if (old.there && c->after.type == FILE_REGULAR && runs_as_one_untouched(&from.before, &c->after)) {
		put_header(d, from.path, c->path);
		put_modes(d, &from.before, &c->after);
		put_renames(d, from.path, c->path);
	} else {
		rc = put_sides(d, &old, new, e);
	}
	if (found > 0)
		query_state_release(&from);
	return rc;
}

/* Of another type it is, as for git(1), another file. */
static int
put_retyped(struct differ *d, struct diff_side *old, struct diff_side *new, struct err *e)
{
	bool is = new->there;

	new->there = false;
	if (old->there && put_sides(d, old, new, e) < 0)
		return -1;
	old->there = false;
	new->there = is;
	return is ? put_sides(d, old, new, e) : 0;
}

/* A patch knows of the modes of files alone. */
static void
put_attributes(struct differ *d, const struct path_change *c)
{
	struct buf words = BUF_INIT;

	if (!(c->differs & DIFFERS_MODE) || c->after.type == FILE_SYMLINK)
		return;
	if (c->after.type == FILE_REGULAR) {
		put_header(d, c->path, c->path);
		put_modes(d, &c->before, &c->after);
		return;
	}
	buf_addf(&words, "mode %04o -> %04o", c->before.mode, c->after.mode);
	say_of_path(d, c->path, words.data);
	buf_release(&words);
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
put_change(struct differ *d, const struct path_change *c, struct err *e)
{
	struct state_row first = row_as_one(c, c->first_run), last = row_as_one(c, c->last_run);
	struct diff_side old = { .row = &first, .state = &c->before, .text = BUF_INIT };
	struct diff_side new = { .left = true, .row = &last, .state = &c->after, .text = BUF_INIT };
	size_t at;

	old.there = has_text(&c->before);
	new.there = has_text(&c->after);
	switch (c->class) {
	case CHANGE_CREATED:
		if (!new.there)
			return 0;
		return c->renamed_from ? put_moved(d, c, &new, e) : put_sides(d, &old, &new, e);
	case CHANGE_DELETED:
		if (!old.there || list_find(&c->path, d->moved, d->n_moved, sizeof(*d->moved), compare_paths, &at))
			return 0;
		return put_sides(d, &old, &new, e);
	case CHANGE_MODIFIED:
		return c->before.type == c->after.type ? put_sides(d, &old, &new, e) : put_retyped(d, &old, &new, e);
	case CHANGE_ATTRIBUTES:
		put_attributes(d, c);
		return 0;
	default:
		return 0;
	}
}

/* Where what the runs moved had been: its going from there is told where it went. */
static int
note_moved(struct differ *d, const struct path_change *c, struct err *e)
{
	(void)e;
	if (c->class == CHANGE_CREATED && c->renamed_from && has_text(&c->after))
		*LIST_ADD(d->moved, d->n_moved) = xstrdup(c->renamed_from);
	return 0;
}

static int
each_change(struct differ *d, int (*act)(struct differ *, const struct path_change *, struct err *), struct err *e)
{
	struct runs_as_one reader = { .n_undos = 0 };
	struct path_change c;
	int more;

	if (runs_as_one_open(&reader, d->show->store, d->show->ids.v, d->show->ids.n, e) < 0)
		return -1;
	while ((more = runs_as_one_next(&reader, &c, e)) > 0) {
		int rc = c.class <= CHANGE_ATTRIBUTES && rows_want(d->show, c.path) ? act(d, &c, e) : 0;

		runs_as_one_release(&c);
		if (rc < 0) {
			more = -1;
			break;
		}
	}
	runs_as_one_close(&reader);
	return more;
}

int
show_diff(struct show *s, struct err *e)
{
	struct differ d = { .show = s, .digester = digest_new() };
	int rc = each_change(&d, note_moved, e);

	if (d.n_moved > 0)
		qsort(d.moved, d.n_moved, sizeof(*d.moved), compare_paths);
	if (rc == 0)
		rc = each_change(&d, put_change, e);
	for (size_t i = 0; i < d.n_moved; i++)
		free(d.moved[i]);
	free(d.moved);
	digest_free(d.digester);
	if (rc < 0)
		return -1;
	return d.failed ? 1 : 0;
}
