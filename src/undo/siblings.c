/* The other names of what lost one of several names. */
#include "config.h"

#include "undo/siblings.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record/hard_links.h"
#include "file/state.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"

/* A lost path, what it was, and the name that was found for its object. */
struct lost {
	int path;
	struct file_state was;	/* borrowed from the path */
	char *found;
	bool changed;		/* its object is found, as another file; of the first of that object alone */
};

struct sibling_search {
	struct undo_paths *b;
	struct lost *lost;	/* one for each object, in their order */
	int n;
	int missing;
};

static int
order_of(uint64_t x, uint64_t y)
{
	return x < y ? -1 : x > y;
}

static int
order_of_objects(const struct file_state *x, const struct file_state *y)
{
	int order = order_of(x->dev, y->dev);

	return order ? order : order_of(x->ino, y->ino);
}

/* A number may have been given anew: size and mtime say whether it is the file as it was. */
static int
order_of_files(const struct file_state *x, const struct file_state *y)
{
	int order = order_of_objects(x, y);

	if (order == 0)
		order = order_of((uint64_t)x->size_bytes, (uint64_t)y->size_bytes);
	return order ? order : order_of((uint64_t)x->mtime_ns, (uint64_t)y->mtime_ns);
}

/* By object, then by the files that it was. */
static int
by_object_and_file(const void *a, const void *b, void *context)
{
	const struct undo_paths *all = context;
	int i = *(const int *)a, j = *(const int *)b;
	int order = order_of_files(&all->path[i].history.before, &all->path[j].history.before);

	return order ? order : order_of((uint64_t)i, (uint64_t)j);
}

/* The paths at which something was, in that order; how many.  The array is for the caller to free. */
static int
sort_names(const struct undo_paths *b, int **out)
{
	int n = 0;

	*out = xcalloc((size_t)b->n + 1, sizeof(**out));
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].history.before.type != FILE_ABSENT)
			(*out)[n++] = i;
	}
	qsort_r(*out, (size_t)n, sizeof(**out), by_object_and_file, (void *)(uintptr_t)b);
	return n;
}

/* Of each path whether what was there before is elsewhere now.  For the caller to free. */
static bool *
paths_moved(const struct undo_paths *b)
{
	bool *moved = xcalloc((size_t)b->n + 1, sizeof(*moved));

	for (int i = 0; i < b->n; i++) {
		if (b->path[i].history.origin != NO_PATH)
			moved[b->path[i].history.origin] = true;
	}
	return moved;
}

/* A name that the object has no more, also where an equal one is there. */
static bool
is_sought(const struct undo_path *p, bool moved)
{
	const struct file_state *before = &p->history.before;

	return (p->history.lost || p->history.left.type == FILE_REGULAR) && before->type == FILE_REGULAR &&
	       before->nlink >= 2 && !p->history.settled && !moved;
}

static int
by_object_left(const void *a, const void *b)
{
	return order_of_objects(*(const struct file_state *const *)a, *(const struct file_state *const *)b);
}

static int
object_to_left(const void *key, const void *element)
{
	return order_of_objects(key, *(const struct file_state *const *)element);
}

/* What the runs left, by object; how many.  The array is for the caller to free. */
static int
sort_left(const struct undo_paths *b, const struct file_state ***out)
{
	int n = 0;

	*out = xcalloc((size_t)b->n + 1, sizeof(const struct file_state *));
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].history.left.type == FILE_REGULAR)
			(*out)[n++] = &b->path[i].history.left;
	}
	qsort(*out, (size_t)n, sizeof(const struct file_state *), by_object_left);
	return n;
}

/* One name of each file that an object was. */
static void
collect_object(struct sibling_search *s, const bool *moved, const int *names, int n)
{
	for (int i = 0; i < n; i++) {
		const struct undo_path *p = &s->b->path[names[i]];

		if (!is_sought(p, moved[names[i]]) ||
		    (s->n > 0 && order_of_files(&s->lost[s->n - 1].was, &p->history.before) == 0))
			continue;
		s->lost[s->n++] = (struct lost){ .path = names[i], .was = p->history.before };
	}
}

/* The objects that had more names than are among the paths, and that the runs left at none of them. */
static void
collect_lost(struct sibling_search *s)
{
	const struct undo_paths *b = s->b;
	bool *moved = paths_moved(b);
	const struct file_state **left;
	size_t n_left = (size_t)sort_left(b, &left);
	int *names;
	int n = sort_names(b, &names);

	s->lost = xcalloc((size_t)n + 1, sizeof(*s->lost));
	for (int from = 0, to; from < n; from = to) {
		const struct file_state *object = &b->path[names[from]].history.before;
		size_t at;

		for (to = from + 1; to < n && order_of_objects(object, &b->path[names[to]].history.before) == 0; to++)
			continue;
		if ((nlink_t)(to - from) < object->nlink &&
		    !list_find(object, left, n_left, sizeof(*left), object_to_left, &at))
			collect_object(s, moved, names + from, to - from);
	}
	s->missing = s->n;
	free(left);
	free(names);
	free(moved);
}

static int
lost_to_file(const void *key, const void *element)
{
	return order_of_files(key, &((const struct lost *)element)->was);
}

static int
object_to_lost(const void *key, const void *element)
{
	return order_of_objects(key, &((const struct lost *)element)->was);
}

/* What is there has the number of an object, and is not the file that this was. */
static void
note_other_file(struct sibling_search *s, const struct file_state *key, const char *dir, const char *name)
{
	char *path;
	size_t at;

	if (!list_find(key, s->lost, (size_t)s->n, sizeof(*s->lost), object_to_lost, &at))
		return;
	path = path_join(dir, name);
	s->lost[at].changed |= paths_find(s->b, path) == NO_PATH;
	free(path);
}

static bool
sibling_name(void *context, const char *dir, int dirfd, const struct dirent *d)
{
	struct sibling_search *s = context;
	struct file_state key = { 0 };
	struct stat st;
	char *path;
	size_t at;

	if ((d->d_type != DT_REG && d->d_type != DT_UNKNOWN) ||
	    fstatat(dirfd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return false;
	key.dev = st.st_dev;
	key.ino = st.st_ino;
	key.size_bytes = st.st_size;
	key.mtime_ns = clock_ns(st.st_mtim);
	if (!list_find(&key, s->lost, (size_t)s->n, sizeof(*s->lost), lost_to_file, &at)) {
		note_other_file(s, &key, dir, d->d_name);
		return false;
	}
	if (s->lost[at].found)
		return false;
	path = path_join(dir, d->d_name);
	if (paths_find(s->b, path) != NO_PATH) {
		free(path);
		return false;
	}
	s->lost[at].found = path;
	return --s->missing == 0;
}

/* Each mount once: what was not found there the first time is not there. */
static void
search_mounts(struct sibling_search *s)
{
	char **walked = NULL;
	int n = 0;

	for (int i = 0; i < s->n && s->missing > 0; i++) {
		const struct undo_path *p = &s->b->path[s->lost[i].path];
		dev_t device = p->history.before.dev;
		char *top = s->lost[i].found ? NULL : hard_links_top(p->path, &device);
		int known = 0;

		while (top && known < n && strcmp(walked[known], top) != 0)
			known++;
		if (!top || known < n) {
			free(top);
			continue;
		}
		hard_links_walk(NULL, top, device, sibling_name, s);
		*LIST_ADD(walked, n) = top;
	}
	for (int i = 0; i < n; i++)
		free(walked[i]);
	free(walked);
}

static void
add_siblings(struct sibling_search *s)
{
	for (int i = 0; i < s->n; i++)
		s->b->path[s->lost[i].path].now.changed_elsewhere = s->lost[i].changed;
	for (int i = 0; i < s->n; i++) {
		struct undo_path *p = s->lost[i].found ? paths_add(s->b, s->lost[i].found) : NULL;

		if (!p)
			continue;
		p->history.parent_only = true;
		state_copy(&p->history.before, &s->lost[i].was);
		state_copy(&p->history.left, &s->lost[i].was);
	}
	paths_sort(s->b);
}

void
siblings_seek(struct undo_paths *b)
{
	struct sibling_search s = { .b = b };

	collect_lost(&s);
	if (s.n > 0) {
		search_mounts(&s);
		add_siblings(&s);
	}
	for (int i = 0; i < s.n; i++)
		free(s.lost[i].found);
	free(s.lost);
}
