/* Where objects had been before runs moved them. */
#include "config.h"

#include "history/origin.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/query_state.h"

/* What a run did to the presence of an object at a path. */
struct step {
	char *path;
	char *from;		/* it was there before this run; NULL: the run did not move it */
	int64_t run_id;
	bool left;		/* after the run there was something */
};

struct origins {
	struct step *v;		/* by path, then in the order of the runs */
	size_t n, room;
};

static void
add(struct origins *o, struct state_row *row)
{
	bool existed = row->before.type != FILE_ABSENT;
	bool left = row->after.type != FILE_ABSENT;

	if (existed == left && !row->renamed_from)
		return;
	if (o->n == o->room) {
		o->room = o->room ? 2 * o->room : 64;
		o->v = xrealloc(o->v, o->room * sizeof(*o->v));
	}
	o->v[o->n++] = (struct step){ .path = row->path, .from = row->renamed_from,
				      .run_id = row->run_id, .left = left };
	row->path = row->renamed_from = NULL;
}

int
origin_load(struct origins **out, struct store *s, const int64_t *ids, size_t n, struct err *e)
{
	struct origins *o;
	struct cursor *c;
	struct state_row row = { 0 };
	int more;

	if (query_states_of(s, ids, n, &c, e) < 0)
		return -1;
	o = xcalloc(1, sizeof(*o));
	while ((more = query_state_next(c, &row, e)) > 0) {
		add(o, &row);
		query_state_release(&row);
	}
	cursor_close(c);
	if (more < 0) {
		origin_free(o);
		return -1;
	}
	*out = o;
	return 0;
}

void
origin_free(struct origins *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->n; i++) {
		free(o->v[i].path);
		free(o->v[i].from);
	}
	free(o->v);
	free(o);
}

/* The first step of a path, or where it would stand. */
static size_t
find(const struct origins *o, const char *path)
{
	size_t low = 0, high = o->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(o->v[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * The last run before this one that put something new at the path: its step, or NULL if what was there then had been
 * there before the first.
 */
static const struct step *
last_arrival(const struct origins *o, const char *path, int64_t before_run)
{
	const struct step *last = NULL;

	for (size_t i = find(o, path); i < o->n && strcmp(o->v[i].path, path) == 0; i++) {
		if (o->v[i].run_id < before_run && o->v[i].left)
			last = &o->v[i];
	}
	return last;
}

const char *
origin_of(const struct origins *o, const char *path)
{
	int64_t before_run = INT64_MAX;

	for (;;) {
		const struct step *s = last_arrival(o, path, before_run);

		if (!s)
			return path;
		if (!s->from)
			return NULL;
		path = s->from;
		before_run = s->run_id;
	}
}
