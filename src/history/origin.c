/* Where objects had been before runs moved them. */
#include "config.h"

#include "history/origin.h"

#include <stdlib.h>
#include <string.h>

#include "history/runs_as_one.h"
#include "base/list.h"
#include "base/mem.h"

/* By number: overlayfs may give an object another one when it is first written. */
static bool
kept_number(const struct state_row *row)
{
	return row->before.type == row->after.type && row->before.dev == row->after.dev &&
	       row->before.ino == row->after.ino;
}

void
origin_add(struct origins *o, const struct state_row *row)
{
	bool existed = row->before.type != FILE_ABSENT;
	bool left = row->after.type != FILE_ABSENT;
	bool stayed = existed && left && (kept_number(row) || runs_as_one_keeps_content(row));

	if (stayed && !row->renamed_from && row->old_content == OLD_NOT_NEEDED)
		return;
	*LIST_ADD(o->v, o->n) = (struct origin_step){
		.path = xstrdup(row->path), .from = row->renamed_from ? xstrdup(row->renamed_from) : NULL,
		.run_id = row->run_id, .existed = existed, .left = left, .stayed = stayed,
		.old_content = row->old_content, .has_digest = row->before.has_digest, .digest = row->before.digest,
	};
}

void
origin_release(struct origins *o)
{
	for (size_t i = 0; i < o->n; i++) {
		free(o->v[i].path);
		free(o->v[i].from);
	}
	free(o->v);
	*o = (struct origins){ .n = 0 };
}

static int
path_to_step(const void *path, const void *step)
{
	return strcmp(path, ((const struct origin_step *)step)->path);
}

/* The last step of a path before a run; NULL if there is none. */
static const struct origin_step *
last_step(const struct origins *o, const char *path, int64_t before_run)
{
	const struct origin_step *last = NULL;
	size_t at;

	list_find(path, o->v, o->n, sizeof(*o->v), path_to_step, &at);
	for (; at < o->n && o->v[at].run_id < before_run && strcmp(o->v[at].path, path) == 0; at++)
		last = &o->v[at];
	return last;
}

/* Each step is one of an earlier run: the way back ends. */
static const char *
way_back(const struct origins *o, const char *path, int64_t before_run, bool object)
{
	const struct origin_step *s;

	for (; (s = last_step(o, path, before_run)); before_run = s->run_id) {
		if (s->left && s->from)
			path = s->from;
		else if (object ? !s->stayed : s->left && !s->existed)
			return NULL;
	}
	return path;
}

const char *
origin_of(const struct origins *o, const char *path)
{
	return way_back(o, path, INT64_MAX, false);
}

const char *
origin_of_object(const struct origins *o, const char *path, int64_t before_run)
{
	return way_back(o, path, before_run, true);
}
