/* The changed paths and the processes as JSON, for the page's script. */
#include "config.h"

#include "cmd/report/data.h"

#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"
#include "cmd/report/markup.h"
#include "cmd/ui/row.h"
#include "store/query_change.h"

/* A page with more of them would not open in a person's time. */
enum { DATA_PATHS_MAX = 300000, DATA_PROCESSES_MAX = 20000, DATA_COMMAND_MAX = 400 };

struct data {
	const struct story *story;
	FILE *out;
	struct buf line;
	struct buf last;	/* the path before */
	struct buf packages;	/* of the paths by their places; most have none */
	uint32_t *users, *groups;	/* met so far, ascending */
	size_t n_users, n_groups;
};

static int
compare_owners(const void *key, const void *element)
{
	uint32_t id = *(const uint32_t *)key, other = *(const uint32_t *)element;

	return (id > other) - (id < other);
}

static uint32_t *
note_owner(uint32_t *ids, size_t *n, uint32_t id)
{
	size_t at;

	if (list_find(&id, ids, *n, sizeof(id), compare_owners, &at))
		return ids;
	return list_insert(ids, (*n)++, sizeof(id), at, &id);
}

void
data_add_owner(struct buf *out, const struct story *s, bool group, uint32_t id)
{
	bool ours = story_is_ours(s);
	const struct passwd *pw = ours && !group ? getpwuid(id) : NULL;
	const struct group *gr = ours && group ? getgrgid(id) : NULL;

	if (pw || gr)
		buf_addstr(out, pw ? pw->pw_name : gr->gr_name);
	else
		buf_addf(out, "%" PRIu32, id);
}

/* Of its directories, how many a path shares with the one before. */
static int
shared_components(const char *last, const char *path, const char **rest)
{
	int n = 0;

	*rest = path + 1;
	for (size_t i = 0; path[i] && path[i] == last[i]; i++) {
		if (path[i] != '/')
			continue;
		*rest = path + i + 1;
		n += i > 0;
	}
	return n;
}

/* [size, mode, user, group]; 0 for what is not there. */
static void
add_state(struct data *d, const struct file_state *f)
{
	if (f->type == FILE_ABSENT) {
		buf_addstr(&d->line, ",0");
		return;
	}
	d->users = note_owner(d->users, &d->n_users, f->uid);
	d->groups = note_owner(d->groups, &d->n_groups, f->gid);
	buf_addf(&d->line, ",[%" PRId64 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 "]", f->size_bytes, f->mode,
		 (uint32_t)f->uid, (uint32_t)f->gid);
}

static void
add_string(struct data *d, const char *text)
{
	buf_addch(&d->line, ',');
	markup_add_json(&d->line, text ? text : "");
}

static void
add_path(struct data *d, const struct path_change *p)
{
	static const char types[FILE_TYPE_COUNT] = {
		[FILE_REGULAR] = 'f', [FILE_DIRECTORY] = 'd', [FILE_SYMLINK] = 'l', [FILE_FIFO] = 'p',
		[FILE_SOCKET] = 's', [FILE_CHAR] = 'c', [FILE_BLOCK] = 'b',
	};
	const struct file_state *side = p->after.type == FILE_ABSENT ? &p->before : &p->after;
	char differs[64];
	const char *rest;
	int shared = shared_components(d->last.data, p->path, &rest);

	buf_addf(&d->line, "[%d", shared);
	add_string(d, rest);
	buf_addf(&d->line, ",\"%c\",\"%c\"", change_names[p->class][0], types[side->type]);
	add_state(d, &p->before);
	add_state(d, &p->after);
	buf_addf(&d->line, ",%" PRId64, p->process_id);
	add_string(d, p->caller_log ? "what the command printed" : change_differs_text(p->differs, differs));
	add_string(d, p->renamed_from);
	add_string(d, side->target);
	buf_addch(&d->line, ']');
	buf_reset(&d->last);
	buf_addstr(&d->last, p->path);
}

static void
note_package(struct data *d, int64_t at, const char *path)
{
	const char *package = story_package(d->story, path);

	if (!package)
		return;
	buf_addf(&d->packages, "%s\"%" PRId64 "\":", d->packages.len > 0 ? "," : "", at);
	markup_add_json(&d->packages, package);
}

static void
put_line(struct data *d)
{
	fwrite(d->line.data, 1, d->line.len, d->out);
	buf_reset(&d->line);
}

static int
put_paths(struct data *d, struct err *e)
{
	struct runs_as_one reader = { 0 };
	struct path_change p;
	int64_t n = 0;
	int more = 1;

	fputs("{\"paths\":[", d->out);
	while (n < DATA_PATHS_MAX && (more = story_next_path(d->story, &reader, &p, e)) > 0) {
		note_package(d, n, p.path);
		buf_addstr(&d->line, n++ > 0 ? ",\n" : "\n");
		add_path(d, &p);
		put_line(d);
		runs_as_one_release(&p);
	}
	runs_as_one_close(&reader);
	buf_addf(&d->line, "],\n\"left_out\":%" PRId64 ",\n\"packages\":{%s}", d->story->n_paths - n, d->packages.data);
	put_line(d);
	return more < 0 ? -1 : 0;
}

static void
put_owners(struct data *d, const char *key, bool group, const uint32_t *ids, size_t n)
{
	struct buf name = BUF_INIT;

	buf_addf(&d->line, ",\n\"%s\":{", key);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&name);
		data_add_owner(&name, d->story, group, ids[i]);
		buf_addf(&d->line, "%s\"%" PRIu32 "\":", i > 0 ? "," : "", ids[i]);
		markup_add_json(&d->line, name.data);
	}
	buf_addch(&d->line, '}');
	put_line(d);
	buf_release(&name);
}

static void
add_number_or_null(struct data *d, const struct row *r, const char *name)
{
	if (row_is_null(r, name))
		buf_addstr(&d->line, ",null");
	else
		buf_addf(&d->line, ",%" PRId64, row_int(r, name));
}

/*
 * [id, parent, pid, started, ended, exit status, signal, program, command]; times in milliseconds since
 * the first run's start.  Of a fork that has executed nothing the command is its parent's, and left out.
 */
static void
add_process(struct data *d, const struct row *r)
{
	const char *command = row_int(r, "is_copy") == 0 ? row_text(r, "command") : NULL;
	char *cut = xstrndup(command ? command : "", command ? strnlen(command, DATA_COMMAND_MAX) : 0);

	buf_addf(&d->line, "[%" PRId64, row_int(r, "id"));
	add_number_or_null(d, r, "parent_id");
	add_number_or_null(d, r, "pid");
	add_number_or_null(d, r, "started_ms");
	add_number_or_null(d, r, "ended_ms");
	add_number_or_null(d, r, "exit_status");
	add_number_or_null(d, r, "exit_signal");
	add_string(d, row_text(r, "program"));
	add_string(d, cut);
	buf_addch(&d->line, ']');
	free(cut);
}

static int
put_processes(struct data *d, struct err *e)
{
	const struct story *s = d->story;
	int64_t n = 0;
	int more = 0;

	buf_addstr(&d->line, ",\n\"processes\":[");
	for (size_t i = 0; more == 0 && i < s->n_runs; i++) {
		struct cursor *c;
		struct row r;

		if (query_processes_since(s->store, s->runs[i].id, s->runs[0].started_ns, &c, e) < 0)
			return -1;
		while ((more = cursor_next(c, e)) > 0) {
			if (n++ >= DATA_PROCESSES_MAX)
				continue;
			row_load(&r, c);
			buf_addstr(&d->line, n > 1 ? ",\n" : "\n");
			add_process(d, &r);
			put_line(d);
		}
		cursor_close(c);
	}
	buf_addf(&d->line, "],\n\"processes_all\":%" PRId64 "}\n", n);
	put_line(d);
	return more;
}

int
data_put(const struct story *s, FILE *out, struct err *e)
{
	struct data d = { .story = s, .out = out, .line = BUF_INIT, .last = BUF_INIT, .packages = BUF_INIT };
	int rc = put_paths(&d, e);

	if (rc == 0) {
		put_owners(&d, "users", false, d.users, d.n_users);
		put_owners(&d, "groups", true, d.groups, d.n_groups);
		rc = put_processes(&d, e);
	}
	free(d.users);
	free(d.groups);
	buf_release(&d.line);
	buf_release(&d.last);
	buf_release(&d.packages);
	return rc;
}
