/* Rows of the table change as file states. */
#include "config.h"

#include "store/query_state.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "store/cursor_impl.h"
#include "store/store_impl.h"

/* A side's columns stand together here, so that one function reads both. */
#define SIDE(side) \
	" c.type_" side ", c.size_" side ", c.mode_" side ", c.uid_" side ", c.gid_" side "," \
	" c.mtime_" side "_ns, c.target_" side ", c.sha256_" side ", c.xattrs_" side "," \
	" c.iflags_" side ", c.dev_" side ", c.ino_" side ", c.nlink_" side ", c.rdev_" side ", c.birth_" side

#define ROWS \
	"SELECT c.run_id, r.ended_ns, c.path_id, n.path, c.class, f.path, c.process_id, c.old_content," \
	SIDE("before") "," SIDE("after") ", c.ctime_after_ns, c.disturbed, c.caller_log, c.doubtful" \
	" FROM change AS c JOIN run AS r ON r.id = c.run_id AND r.state <> 'running'" \
	" JOIN path AS n ON n.id = c.path_id LEFT JOIN path AS f ON f.id = c.renamed_from_id"

enum {
	COLUMN_BEFORE = 8,
	COLUMNS_OF_SIDE = 15,
	COLUMN_AFTER = COLUMN_BEFORE + COLUMNS_OF_SIDE,
	COLUMN_CTIME_AFTER = COLUMN_AFTER + COLUMNS_OF_SIDE,
	COLUMN_DISTURBED,
	COLUMN_CALLER_LOG,
	COLUMN_DOUBTFUL
};

int
query_states_of(struct store *s, const int64_t *ids, size_t n, struct cursor **out, struct err *e)
{
	static const char sql[] =
		ROWS " WHERE c.run_id IN (SELECT value FROM json_each(?1)) ORDER BY n.path, c.run_id";

	return CURSOR_OPEN(s, out, e, sql, STMT_IDS(ids, n));
}

int
query_states_at(struct store *s, int64_t path_id, struct cursor **out, struct err *e)
{
	static const char sql[] =
		ROWS " WHERE c.path_id = ?1 AND r.imported_ns IS NULL ORDER BY r.ended_ns DESC, c.run_id DESC";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(path_id));
}

int
query_states_moved(struct store *s, int64_t run_id, int64_t path_id, struct cursor **out, struct err *e)
{
	static const char sql[] = ROWS " WHERE c.run_id = ?1 AND c.renamed_from_id = ?2 ORDER BY n.path";

	return CURSOR_OPEN(s, out, e, sql, STMT_INT(run_id), STMT_INT(path_id));
}

/* False for a text with a NUL in it: what is before that would be another name.  *out is NULL for NULL. */
static bool
own_text(const struct cursor *c, int column, char **out)
{
	size_t len;
	const char *text = cursor_text(c, column, &len);

	*out = text && strlen(text) == len ? xstrdup(text) : NULL;
	return !text || *out;
}

/* False for a type that there is none of. */
static bool
load_side(const struct cursor *c, int at, struct file_state *out)
{
	const char *type = cursor_text(c, at, NULL);
	const char *bytes;
	size_t len;

	if (!type)
		return true;	/* FILE_ABSENT */
	out->type = (enum file_type)stmt_word(type, state_type_names, FILE_TYPE_COUNT);
	if (out->type == FILE_TYPE_COUNT || out->type == FILE_ABSENT)
		return false;
	out->size_bytes = cursor_int(c, at + 1);
	out->mode = (uint32_t)cursor_int(c, at + 2) & 07777;
	out->uid = (uid_t)cursor_int(c, at + 3);
	out->gid = (gid_t)cursor_int(c, at + 4);
	out->mtime_ns = cursor_int(c, at + 5);
	if (out->type == FILE_SYMLINK && !own_text(c, at + 6, &out->target))
		return false;
	bytes = cursor_text(c, at + 7, &len);
	if (bytes && len == DIGEST_SIZE) {
		memcpy(out->digest.bytes, bytes, DIGEST_SIZE);
		out->has_digest = true;
	}
	bytes = cursor_text(c, at + 8, &len);
	if (bytes && len > 0) {
		out->xattrs = xmemdup(bytes, len);
		out->xattrs_len = len;
	}
	out->iflags = (uint32_t)cursor_int(c, at + 9);
	out->dev = (dev_t)cursor_int(c, at + 10);
	out->ino = (ino_t)cursor_int(c, at + 11);
	out->nlink = (nlink_t)cursor_int(c, at + 12);
	out->rdev = (dev_t)cursor_int(c, at + 13);
	out->birth = cursor_int(c, at + 14);
	return out->size_bytes >= 0;
}

static unsigned
disturbed_of(const char *words)
{
	unsigned set = words ? (unsigned)stmt_word(words, change_disturbed_names, DISTURBED_COUNT) : 0;

	return set < DISTURBED_COUNT ? set : 0;
}

/* The places that an object was at may become names that are acted on, both of them. */
static bool
load_state_row(const struct cursor *c, struct state_row *row)
{
	const char *old;
	bool fit;

	row->run_id = cursor_int(c, 0);
	row->run_ended_ns = cursor_int(c, 1);
	row->path_id = cursor_int(c, 2);
	row->class = (enum change_class)stmt_word(cursor_text(c, 4, NULL), change_names, CHANGE_COUNT);
	fit = row->class < CHANGE_COUNT && own_text(c, 3, &row->path) && own_text(c, 5, &row->renamed_from);
	row->process_id = cursor_int(c, 6);
	old = cursor_text(c, 7, NULL);
	row->old_content = !old ? OLD_NOT_NEEDED : strcmp(old, row_old_content_names[OLD_KEPT]) == 0 ? OLD_KEPT
		: OLD_NOT_KEPT;
	if (row->renamed_from && !path_is_canonical(row->renamed_from))
		fit = false;
	row->disturbed = disturbed_of(cursor_text(c, COLUMN_DISTURBED, NULL));
	row->caller_log = cursor_int(c, COLUMN_CALLER_LOG) != 0;
	row->doubtful = cursor_int(c, COLUMN_DOUBTFUL) != 0;
	row->after.ctime_ns = cursor_int(c, COLUMN_CTIME_AFTER);
	return fit && row->path && load_side(c, COLUMN_BEFORE, &row->before) &&
	       load_side(c, COLUMN_AFTER, &row->after);
}

int
query_state_next(struct cursor *c, struct state_row *row, struct err *e)
{
	int more = cursor_next(c, e);

	memset(row, 0, sizeof(*row));
	if (more <= 0)
		return more;
	if (load_state_row(c, row))
		return 1;
	err_set(e, ERR_INPUT, "history %s is damaged: what run %" PRId64 " did to %s cannot be read",
		c->store->path, row->run_id, row->path ? row->path : "a path");
	query_state_release(row);
	return -1;
}

int
query_state_of_path(struct store *s, int64_t run_id, const char *path, struct state_row *row, struct err *e)
{
	static const char sql[] = ROWS " WHERE c.run_id = ?1 AND n.path = ?2";
	struct cursor *c;
	int found;

	memset(row, 0, sizeof(*row));
	if (CURSOR_OPEN(s, &c, e, sql, STMT_INT(run_id), STMT_TEXT(path)) < 0)
		return -1;
	found = query_state_next(c, row, e);
	cursor_close(c);
	return found;
}

static void
release_side(struct file_state *f)
{
	free(f->target);
	free(f->xattrs);
}

void
query_state_release(struct state_row *row)
{
	free(row->path);
	free(row->renamed_from);
	release_side(&row->before);
	release_side(&row->after);
	memset(row, 0, sizeof(*row));
}
