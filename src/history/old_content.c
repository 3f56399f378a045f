/* The content that a path had before a run, or that the run left. */
#include "config.h"

#include "history/old_content.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "file/dir_cache.h"
#include "history/runs_as_one.h"
#include "file/compare.h"
#include "objects/objects_dir.h"
#include "file/state.h"
#include "base/io.h"
#include "base/path.h"
#include "store/content.h"

/*
 * The content that a run left somewhere is that which the next run found there: that one may have read it.
 * Rows come newest first, so that the last that is later than ours is the next one.
 */
static int
learn_digest(struct old_content_source *b, struct store *s, const struct state_row *row, struct err *e)
{
	struct state_row other = { 0 };
	struct cursor *c;
	int more;

	if (query_states_at(s, row->path_id, &c, e) < 0)
		return -1;
	while ((more = query_state_next(c, &other, e)) > 0 && other.run_id != row->run_id) {
		b->has_digest = other.before.has_digest && runs_as_one_untouched(&row->after, &other.before);
		b->digest = other.before.digest;
		query_state_release(&other);
	}
	if (more > 0)
		query_state_release(&other);
	cursor_close(c);
	return more < 0 ? -1 : 0;
}

static int
source_in_store(struct old_content_source *b, struct store *s, struct err *e)
{
	if (!b->has_digest)
		return 0;
	b->fd = objects_dir_get_as(store_rights(s), store_path(s), &b->digest);
	if (b->fd < 0 && errno != ENOENT)
		return err_system(e, "cannot read an old content in %s.objects", store_path(s));
	if (b->fd < 0 && content_open(s, &b->digest, &b->fd, e) < 0)
		return -1;
	b->kept = b->fd >= 0;
	return 0;
}

/* The content as it is at a path now, if it is still the one that a run left there. */
static int
source_on_disk(struct old_content_source *b, const char *path, const struct file_state *left, struct digester *d,
	       struct err *e)
{
	struct dir_cache dirs = DIR_CACHE_INIT;
	struct file_state then = *left;		/* borrows */
	enum change_class class;
	struct present n = PRESENT_INIT;
	unsigned differs;
	int rc = -1;

	if (b->has_digest) {
		then.has_digest = true;
		then.digest = b->digest;
	}
	if (compare_look(&n, dir_cache_of(&dirs, path), path_name(path), e) < 0 ||
	    compare_state(&n, &then, d, &class, &differs, e) < 0)
		goto out;
	if (class == CHANGE_UNCHANGED || class == CHANGE_ATTRIBUTES)
		b->fd = state_open(n.fd);
	rc = 0;
out:
	dir_cache_release(&dirs);
	compare_release(&n);
	return rc < 0 ? err_prefix(e, "%s", path) : 0;
}

/* row says where the content went, or that it stayed. */
static int
source_there(struct old_content_source *b, struct store *s, const struct state_row *row, struct digester *d,
	     struct err *e)
{
	if (row->after.type != FILE_REGULAR)
		return 0;
	if (!b->has_digest && row->after.has_digest) {
		b->has_digest = true;
		b->digest = row->after.digest;
	}
	if (!b->has_digest && learn_digest(b, s, row, e) < 0)
		return -1;
	if (source_in_store(b, s, e) < 0)
		return -1;
	return b->fd >= 0 ? 0 : source_on_disk(b, row->path, &row->after, d, e);
}

/* A file that was moved is where its object is said to have come from here. */
static int
source_where_moved(struct old_content_source *b, struct store *s, const struct state_row *row, struct digester *d,
		   struct err *e)
{
	struct state_row moved = { 0 };
	struct cursor *c;
	int more = 1;

	if (query_states_moved(s, row->run_id, row->path_id, &c, e) < 0)
		return -1;
	while (b->fd < 0 && more > 0 && (more = query_state_next(c, &moved, e)) > 0) {
		/* written after it was moved: what it holds is not the old content */
		bool same = change_content(&row->before, &moved.after) != CONTENT_DIFFERS;

		if (same && source_there(b, s, &moved, d, e) < 0)
			more = -1;
		query_state_release(&moved);
	}
	cursor_close(c);
	return more < 0 ? -1 : 0;
}

static int
source_anywhere(struct old_content_source *b, struct store *s, const struct state_row *row, struct digester *d,
		struct err *e)
{
	b->has_digest = row->before.has_digest;
	b->digest = row->before.digest;
	if (source_in_store(b, s, e) < 0)
		return -1;
	if (b->fd < 0 && runs_as_one_keeps_content(row) && source_there(b, s, row, d, e) < 0)
		return -1;
	if (b->fd < 0 && source_where_moved(b, s, row, d, e) < 0)
		return -1;
	/* put back since, by hand or by an undo */
	if (b->fd < 0 && b->has_digest)
		return source_on_disk(b, row->path, &row->before, d, e);
	return 0;
}

int
old_content_open(struct old_content_source *out, struct store *s, const struct state_row *row, struct digester *d,
		 struct err *e)
{
	*out = (struct old_content_source)OLD_CONTENT_INIT;
	if (row->before.type == FILE_ABSENT)
		return err_set(e, ERR_NOT_FOUND, "%s was not there before run %" PRId64, row->path, row->run_id);
	if (row->before.type != FILE_REGULAR)
		return err_set(e, ERR_INPUT, "%s had no content before run %" PRId64 ": its type was %s", row->path,
			       row->run_id, state_type_names[row->before.type]);
	if (source_anywhere(out, s, row, d, e) < 0)
		return -1;
	if (out->fd < 0)
		return err_set(e, ERR_NOT_FOUND, "the content that %s had before run %" PRId64 " was not kept",
			       row->path, row->run_id);
	return 0;
}

int
old_content_open_left(struct old_content_source *out, struct store *s, const struct state_row *row, struct digester *d,
		      struct err *e)
{
	*out = (struct old_content_source)OLD_CONTENT_INIT;
	if (row->after.type == FILE_ABSENT)
		return err_set(e, ERR_NOT_FOUND, "%s was not there after run %" PRId64, row->path, row->run_id);
	if (row->after.type != FILE_REGULAR)
		return err_set(e, ERR_INPUT, "%s had no content after run %" PRId64 ": its type was %s", row->path,
			       row->run_id, state_type_names[row->after.type]);
	if (source_there(out, s, row, d, e) < 0)
		return -1;
	if (out->fd < 0)
		return err_set(e, ERR_NOT_FOUND, "the content that %s had after run %" PRId64 " was not kept, and is not "
			       "there any more", row->path, row->run_id);
	return 0;
}

void
old_content_release(struct old_content_source *b)
{
	io_close(&b->fd);
}

int
old_content_damaged(const struct old_content_source *b, const struct store *s, const struct state_row *row,
		    struct err *e)
{
	char hex[2 * DIGEST_SIZE + 1];

	if (!b->kept)
		return err_set(e, ERR_CONFLICT, "%s changed while it was read", row->path);
	digest_hex(&b->digest, hex);
	return err_set(e, ERR_INPUT, "the store of old contents is damaged: %s.objects/%.2s/%s is not what it was "
		       "when it was kept", store_path(s), hex, hex + 2);
}
