/* show --diff: what a run modified in text files, as unified diffs of the old content against the present one. */
#include "config.h"

#include "cmd/show/diff.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "history/old_content.h"
#include "file/change.h"
#include "file/dir_cache.h"
#include "file/compare.h"
#include "file/state.h"
#include "base/io.h"
#include "base/path.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/unified.h"
#include "cmd/ui/text.h"
#include "store/query_state.h"

/* What is bigger is named only: nobody reads it. */
enum { TEXT_LIMIT = 4 << 20 };

struct differ {
	struct show *show;
	char *const *paths;	/* only what is at or below one of these; n_paths 0: all */
	size_t n_paths;
	struct digester *digester;
	struct dir_cache dirs;
	bool failed;		/* something could not be read: said already */
};

/* The two sides of a file. */
struct sides {
	struct buf old, new;
	bool changed;		/* since the run */
};

static void
say_of_path(struct differ *d, const char *path, const char *what)
{
	struct buf line = BUF_INIT;

	text_add_quoted(&line, path);
	fprintf(d->show->out.f, "%s: %s\n", line.data, what);
	buf_release(&line);
}

static int
complain_of(struct differ *d, const struct err *e)
{
	err_print(e);
	d->failed = true;
	return 0;
}

static void
digest_of(struct differ *d, const struct buf *content, struct digest *out)
{
	digest_add(d->digester, content->data, content->len);
	digest_finish(d->digester, out);
}

/* 1, 0 where there is nothing to compare with, which is said, -1 with e set. */
static int
read_old_side(struct differ *d, const struct state_row *row, struct buf *out, struct err *e)
{
	struct old_content_source b = OLD_CONTENT_INIT;
	struct digest digest;
	int rc = old_content_open(&b, d->show->store, row, d->digester, e);

	if (rc < 0 && e->code == ERR_NOT_FOUND) {
		old_content_release(&b);
		say_of_path(d, row->path, "its old content was not kept");
		return 0;
	}
	if (rc == 0 && io_read_all(b.fd, out, TEXT_LIMIT) < 0)
		rc = err_system(e, "cannot read the old content of %s", row->path);
	if (rc == 0) {
		digest_of(d, out, &digest);
		if (b.has_digest && !digest_equal(&digest, &b.digest))
			rc = old_content_damaged(&b, d->show->store, row, e);
	}
	old_content_release(&b);
	return rc < 0 ? -1 : 1;
}

static int
read_present(const struct present *n, struct buf *out, const char *path, struct err *e)
{
	int fd = state_open(n->fd);
	int rc = fd < 0 || io_read_all(fd, out, TEXT_LIMIT) < 0 ? err_system(e, "cannot read %s", path) : 0;

	io_close(&fd);
	return rc;
}

/* The same for what is there now. */
static int
read_new_side(struct differ *d, const struct state_row *row, struct sides *s, struct err *e)
{
	struct digest digest;
	struct present n;
	int rc = compare_look(&n, dir_cache_of(&d->dirs, row->path), path_name(row->path), e);

	if (rc < 0) {
		err_prefix(e, "%s", row->path);
	} else if (n.state.type == FILE_ABSENT) {
		say_of_path(d, row->path, "not there any more");
	} else if (n.state.type != FILE_REGULAR) {
		say_of_path(d, row->path, "no file any more");
	} else if (n.state.size_bytes > TEXT_LIMIT) {
		say_of_path(d, row->path, "too big to compare (more than 4 MiB)");
	} else {
		rc = read_present(&n, &s->new, row->path, e);
		digest_of(d, &s->new, &digest);
		s->changed = !row->after.has_digest || !digest_equal(&digest, &row->after.digest);
		rc = rc < 0 ? -1 : 1;
	}
	compare_release(&n);
	return rc;
}

static bool
is_binary(const struct buf *content)
{
	return memchr(content->data, '\0', content->len) != NULL;
}

static int
print_diff(struct differ *d, const struct state_row *row, const struct sides *s, struct err *e)
{
	struct buf old_label = BUF_INIT, new_label = BUF_INIT, heading = BUF_INIT;
	int rc;

	unified_add_label_path(&old_label, row->path);
	buf_addf(&old_label, "\tbefore run %" PRId64, row->run_id);
	unified_add_label_path(&new_label, row->path);
	buf_addstr(&new_label, "\tnow");
	if (s->changed) {
		buf_addf(&heading, "changed since run %" PRId64, row->run_id);
		say_of_path(d, row->path, heading.data);
	}
	rc = unified_diff(&d->show->out, &s->old, old_label.data, &s->new, new_label.data, e);
	buf_release(&old_label);
	buf_release(&new_label);
	buf_release(&heading);
	return rc;
}

static void
say_binary(struct differ *d, const struct state_row *row, const struct sides *s)
{
	struct buf what = BUF_INIT;

	buf_addf(&what, "binary, %zu -> %zu bytes", s->old.len, s->new.len);
	if (s->changed)
		buf_addf(&what, ", changed since run %" PRId64, row->run_id);
	say_of_path(d, row->path, what.data);
	buf_release(&what);
}

static int
compare_sides(struct differ *d, const struct state_row *row, const struct sides *s, struct err *e)
{
	if (s->old.len == s->new.len && memcmp(s->old.data, s->new.data, s->old.len) == 0)
		say_of_path(d, row->path, "by now the same as before the run");
	else if (is_binary(&s->old) || is_binary(&s->new))
		say_binary(d, row, s);
	else
		return print_diff(d, row, s, e);
	return 0;
}

/* One file that cannot be read does not keep the others from being shown. */
static int
diff_one(struct differ *d, const struct state_row *row, struct err *e)
{
	struct sides s = { .old = BUF_INIT, .new = BUF_INIT };
	int there, rc = 0;

	if (row->before.size_bytes > TEXT_LIMIT) {
		say_of_path(d, row->path, "too big to compare (more than 4 MiB)");
		return 0;
	}
	there = read_old_side(d, row, &s.old, e);
	if (there > 0)
		there = read_new_side(d, row, &s, e);
	if (there > 0)
		rc = compare_sides(d, row, &s, e);
	else if (there < 0)
		rc = complain_of(d, e);
	buf_release(&s.old);
	buf_release(&s.new);
	return rc;
}

static bool
is_diffed(const struct differ *d, const struct state_row *row)
{
	bool wanted = d->n_paths == 0;

	if (row->class != CHANGE_MODIFIED || row->before.type != FILE_REGULAR ||
	    row->after.type != FILE_REGULAR || !filter_passes(d->show->opt, row->path))
		return false;
	for (size_t i = 0; !wanted && i < d->n_paths; i++)
		wanted = path_is_under(row->path, d->paths[i]);
	return wanted;
}

int
show_diff(struct show *s, char *const paths[], size_t n_paths, struct err *e)
{
	struct differ d = {
		.show = s, .paths = paths, .n_paths = n_paths, .digester = digest_new(), .dirs = DIR_CACHE_INIT,
	};
	struct state_row row = { 0 };
	struct cursor *c;
	int more = query_states_of(s->store, &s->run.id, 1, &c, e);

	if (more == 0)
		more = 1;
	while (more > 0 && (more = query_state_next(c, &row, e)) > 0) {
		if (is_diffed(&d, &row) && diff_one(&d, &row, e) < 0)
			more = -1;
		query_state_release(&row);
	}
	cursor_close(c);
	dir_cache_release(&d.dirs);
	digest_free(d.digester);
	if (more < 0)
		return -1;
	return d.failed ? 1 : 0;
}
