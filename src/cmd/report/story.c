/* What a report tells of runs that are taken as one. */
#include "config.h"

#include "cmd/report/story.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/number.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/row.h"
#include "record/package_owners.h"
#include "store/query_change.h"

int
story_next_path(const struct story *s, struct runs_as_one *reader, struct path_change *out, struct err *e)
{
	int more;

	if (!reader->cursor && runs_as_one_open(reader, s->store, s->ids.v, s->ids.n, e) < 0)
		return -1;
	while ((more = runs_as_one_next(reader, out, e)) > 0) {
		if (out->class <= CHANGE_ATTRIBUTES && filter_passes(s->opt, out->path))
			return 1;
		runs_as_one_release(out);
	}
	return more;
}

const char *
story_package(const struct story *s, const char *path)
{
	return s->owners ? package_owners_of(s->owners, path) : NULL;
}

bool
story_is_ours(const struct story *s)
{
	for (size_t i = 0; i < s->n_runs; i++) {
		if (s->runs[i].imported_ns != 0)
			return false;
	}
	return true;
}

/* What not everybody may read is not for a page that is passed around. */
static bool
is_public(const struct file_state *f)
{
	return (f->mode & 0004) != 0;
}

static void
note_text(struct story *s, const struct path_change *p)
{
	if (p->class != CHANGE_MODIFIED || p->before.type != FILE_REGULAR || p->after.type != FILE_REGULAR)
		return;
	if (!is_public(&p->before) || !is_public(&p->after)) {
		s->n_private++;
		return;
	}
	s->n_texts_all++;
	if (s->n_texts < STORY_TEXTS_MAX)
		*LIST_ADD(s->texts, s->n_texts) = xstrdup(p->path);
}

/* They are told in passing: a page without them is a page. */
static void
ask_owners(struct story *s, char **paths, size_t n)
{
	struct err e = { 0 };

	s->owners = package_owners_ask((const char *const *)paths, n, &e);
	if (!s->owners)
		err_print(&e);
}

static int
gather_paths(struct story *s, struct err *e)
{
	struct runs_as_one reader = { 0 };
	bool ours = story_is_ours(s);
	char **paths = NULL;
	struct path_change p;
	size_t n = 0;
	int more;

	while ((more = story_next_path(s, &reader, &p, e)) > 0) {
		s->n[p.class]++;
		s->n_paths++;
		if (p.class == CHANGE_CREATED)
			s->n_created[p.after.type]++;
		s->bytes_more = number_add(s->bytes_more, number_subtract(p.after.size_bytes, p.before.size_bytes));
		note_text(s, &p);
		if (ours)
			*LIST_ADD(paths, n) = xstrdup(p.path);
		if (s->n_first < STORY_PATHS_MAX)
			*LIST_ADD(s->first, s->n_first) = p;
		else
			runs_as_one_release(&p);
	}
	runs_as_one_close(&reader);
	if (more == 0 && ours)
		ask_owners(s, paths, n);
	for (size_t i = 0; i < n; i++)
		free(paths[i]);
	free(paths);
	return more;
}

static char *
copy_of_field(const struct row *r, const char *name)
{
	return row_text(r, name) ? xstrdup(row_text(r, name)) : NULL;
}

/* A row's columns that become a line's subject and words. */
struct line_columns {
	const char *subject, *words;
	bool path;		/* the subject is one, for --only and --except */
	bool once;		/* the same of several runs is one line */
};

static bool
is_told(const struct story_lines *l, const struct row *r, const char *subject, const char *words)
{
	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->v[i].subject, row_text(r, subject)) == 0 && strcmp(l->v[i].words, row_text(r, words)) == 0)
			return true;
	}
	return false;
}

static bool
is_wanted(const struct story *s, const struct story_lines *l, const struct line_columns *of, const struct row *r)
{
	const char *subject = row_text(r, of->subject);

	if (!subject || row_is_null(r, of->words) || (of->path && !filter_passes(s->opt, subject)))
		return false;
	return !of->once || !is_told(l, r, of->subject, of->words);
}

/* The cursor is closed. */
static int
gather_lines(struct story *s, struct story_lines *l, struct cursor *c, struct line_columns of, struct err *e)
{
	struct story_line *line;
	struct row r;
	int more;

	while ((more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		if (!is_wanted(s, l, &of, &r))
			continue;
		l->n_all++;
		if (l->n == STORY_LINES_MAX)
			continue;
		line = LIST_ADD(l->v, l->n);
		line->subject = copy_of_field(&r, of.subject);
		line->words = copy_of_field(&r, of.words);
		line->error = copy_of_field(&r, "error");
		line->program = copy_of_field(&r, "program");
		line->count = row_int(&r, "count");
	}
	cursor_close(c);
	return more;
}

/* Each question, with the lines that it makes. */
static int
gather_questions(struct story *s, int64_t id, struct err *e)
{
	const struct {
		int (*query)(struct store *, int64_t, struct cursor **, struct err *);
		struct story_lines *lines;
		struct line_columns of;
	} rows[] = {
		{ query_notable, &s->notable, { "path", "reason", true, true } },
		{ query_blind_lines, &s->blind, { "kind", "detail", false, true } },
		{ query_refused, &s->refused, { "path", "operation", true, false } },
		{ query_addresses, &s->hosts, { "address", "protocol", false, false } },
	};
	struct cursor *c;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].query(s->store, id, &c, e) < 0 || gather_lines(s, rows[i].lines, c, rows[i].of, e) < 0)
			return -1;
	}
	return 0;
}

static int
gather_run(struct story *s, int64_t id, struct err *e)
{
	struct change_sums sums = { 0 };

	if (run_arg_ended(s->store, id, e) < 0)
		return -1;
	if (query_run(s->store, id, &s->runs[s->n_runs++], e) < 0 || query_change_sums(s->store, id, &sums, e) < 0)
		return -1;
	s->n_kept += sums.n_kept;
	s->n_not_kept += sums.n_not_kept;
	s->bytes_kept = number_add(s->bytes_kept, sums.bytes_kept);
	return gather_questions(s, id, e);
}

int
story_gather(struct story *s, struct err *e)
{
	s->runs = xcalloc(s->ids.n, sizeof(*s->runs));
	for (size_t i = 0; i < s->ids.n; i++) {
		if (gather_run(s, s->ids.v[i], e) < 0)
			return -1;
	}
	return gather_paths(s, e);
}

static void
release_lines(struct story_lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].subject);
		free(l->v[i].words);
		free(l->v[i].error);
		free(l->v[i].program);
	}
	free(l->v);
}

void
story_release(struct story *s)
{
	for (size_t i = 0; i < s->n_runs; i++)
		query_run_release(&s->runs[i]);
	free(s->runs);
	for (size_t i = 0; i < s->n_first; i++)
		runs_as_one_release(&s->first[i]);
	free(s->first);
	for (size_t i = 0; i < s->n_texts; i++)
		free(s->texts[i]);
	free(s->texts);
	release_lines(&s->notable);
	release_lines(&s->blind);
	release_lines(&s->refused);
	release_lines(&s->hosts);
	package_owners_free(s->owners);
}
