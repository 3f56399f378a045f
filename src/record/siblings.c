/* The other names of what lost one of several names. */
#include "config.h"

#include "record/siblings.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file/state.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"

enum { OPEN_MAX = 64 };		/* descriptors that nftw(3) may hold */

/* A lost path, and the name that was found for its object. */
struct lost {
	int path;
	char *found;
};

/* nftw(3) has no context for its callback. */
static struct {
	struct undo_paths *b;
	struct lost *lost;	/* one for each object, in their order */
	int n;
	int missing;
} search;

static int
compare_numbers(uint64_t x, uint64_t y)
{
	return x < y ? -1 : x > y;
}

static int
compare_objects(const struct file_state *x, const struct file_state *y)
{
	int order = compare_numbers(x->dev, y->dev);

	return order ? order : compare_numbers(x->ino, y->ino);
}

/* A number may have been given anew: size and mtime say whether it is the file as it was. */
static int
compare_files(const struct file_state *x, const struct file_state *y)
{
	int order = compare_objects(x, y);

	if (order == 0)
		order = compare_numbers((uint64_t)x->size_bytes, (uint64_t)y->size_bytes);
	return order ? order : compare_numbers((uint64_t)x->mtime_ns, (uint64_t)y->mtime_ns);
}

/* By object: first its names that are there still, then the files that it was. */
static int
compare_names(const void *a, const void *b, void *context)
{
	const struct undo_paths *back = context;
	int i = *(const int *)a, j = *(const int *)b;
	const struct undo_path *p = &back->path[i], *q = &back->path[j];
	int order = compare_objects(&p->history.before, &q->history.before);

	if (order == 0)
		order = p->history.lost - q->history.lost;
	if (order == 0)
		order = compare_files(&p->history.before, &q->history.before);
	return order ? order : compare_numbers((uint64_t)i, (uint64_t)j);
}

/* The paths at which something was, in that order; how many.  The array is for the caller to free. */
static int
sort_names(struct undo_paths *b, int **out)
{
	int n = 0;

	*out = xcalloc((size_t)b->n + 1, sizeof(**out));
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].history.before.type != FILE_ABSENT)
			(*out)[n++] = i;
	}
	qsort_r(*out, (size_t)n, sizeof(**out), compare_names, b);
	return n;
}

/* Of each path whether what was there before is elsewhere now.  For the caller to free. */
static bool *
find_moved(const struct undo_paths *b)
{
	bool *moved = xcalloc((size_t)b->n + 1, sizeof(*moved));

	for (int i = 0; i < b->n; i++) {
		if (b->path[i].history.origin != NO_PATH)
			moved[b->path[i].history.origin] = true;
	}
	return moved;
}

static bool
is_sought(const struct undo_path *p, bool moved)
{
	const struct file_state *before = &p->history.before;

	return p->history.lost && before->type == FILE_REGULAR && before->nlink >= 2 && !p->history.has_old &&
	       !p->history.settled && !moved;
}

static const struct file_state *
sought(const struct lost *l)
{
	return &search.b->path[l->path].history.before;
}

/* One name of each file, where none that is there still is among the paths. */
static void
collect(struct undo_paths *b)
{
	bool *moved = find_moved(b);
	const struct file_state *object = NULL;
	bool has_sibling = false;
	int *names;
	int n = sort_names(b, &names);

	search.lost = xcalloc((size_t)n + 1, sizeof(*search.lost));
	for (int i = 0; i < n; i++) {
		const struct undo_path *p = &b->path[names[i]];

		if (!object || compare_objects(object, &p->history.before) != 0)
			has_sibling = !p->history.lost;
		object = &p->history.before;
		if (has_sibling || !is_sought(p, moved[names[i]]) ||
		    (search.n > 0 && compare_files(sought(&search.lost[search.n - 1]), &p->history.before) == 0))
			continue;
		search.lost[search.n++] = (struct lost){ .path = names[i] };
	}
	search.missing = search.n;
	free(names);
	free(moved);
}

static int
compare_lost(const void *key, const void *element)
{
	return compare_files(key, sought(element));
}

static int
visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const struct file_state key = {
		.dev = st->st_dev, .ino = st->st_ino, .size_bytes = st->st_size, .mtime_ns = clock_ns(st->st_mtim),
	};
	struct lost *l = NULL;

	(void)ftw;
	if (type == FTW_F && S_ISREG(st->st_mode))
		l = bsearch(&key, search.lost, (size_t)search.n, sizeof(*search.lost), compare_lost);
	if (l && !l->found && paths_find(search.b, path) == NO_PATH) {
		l->found = xstrdup(path);
		search.missing--;
	}
	return search.missing == 0;
}

/* The uppermost directory on the way to path that lies on a device; NULL if none does.  The caller frees it. */
static char *
mount_of(const char *path, dev_t dev)
{
	char *dir = xstrndup(path, path_dir_len(path));
	char *found = NULL;
	struct stat st;

	for (;;) {
		if (lstat(dir, &st) == 0 && st.st_dev == dev) {
			free(found);
			found = xstrdup(dir);
		} else if (found) {
			break;
		}
		if (strcmp(dir, "/") == 0)
			break;
		dir[path_dir_len(dir)] = '\0';
	}
	free(dir);
	return found;
}

static bool
has_word(char *const *list, int n, const char *word)
{
	for (int i = 0; i < n; i++) {
		if (strcmp(list[i], word) == 0)
			return true;
	}
	return false;
}

/* Each mount once: what was not found there the first time is not there. */
static void
walk(void)
{
	char **walked = NULL;
	int n = 0;

	for (int i = 0; i < search.n && search.missing > 0; i++) {
		const struct undo_path *p = &search.b->path[search.lost[i].path];
		char *mount = search.lost[i].found ? NULL : mount_of(p->path, p->history.before.dev);

		if (!mount || has_word(walked, n, mount)) {
			free(mount);
			continue;
		}
		(void)nftw(mount, visit, OPEN_MAX, FTW_PHYS | FTW_MOUNT);
		walked = xrealloc(walked, ((size_t)n + 1) * sizeof(*walked));
		walked[n++] = mount;
	}
	for (int i = 0; i < n; i++)
		free(walked[i]);
	free(walked);
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct undo_path *)a)->path, ((const struct undo_path *)b)->path);
}

/* origin is an index, and the indexes move. */
static void
move_origins(struct undo_paths *b, char **origins)
{
	for (int i = 0; i < b->n; i++) {
		const char *origin = origins[b->path[i].plan.source];

		b->path[i].history.origin = origin ? paths_find(b, origin) : NO_PATH;
		b->path[i].plan.source = NO_PATH;
	}
}

static void
add_found(struct undo_paths *b)
{
	char **origins = xcalloc((size_t)(b->n + search.n) + 1, sizeof(*origins));
	int n = b->n;

	b->path = xrealloc(b->path, (size_t)(b->n + search.n + 1) * sizeof(*b->path));
	for (int i = 0; i < search.n; i++) {
		struct undo_path *p = &b->path[b->n];

		if (!search.lost[i].found)
			continue;
		memset(p, 0, sizeof(*p));
		p->path = xstrdup(search.lost[i].found);
		p->history.parent_only = true;
		p->history.origin = NO_PATH;
		state_copy(&p->history.before, &b->path[search.lost[i].path].history.before);
		state_copy(&p->history.left, &b->path[search.lost[i].path].history.before);
		b->n++;
	}
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].history.origin != NO_PATH)
			origins[i] = xstrdup(b->path[b->path[i].history.origin].path);
		b->path[i].plan.source = i;
	}
	if (b->n > n)
		qsort(b->path, (size_t)b->n, sizeof(*b->path), compare_paths);
	move_origins(b, origins);
	for (int i = 0; i < b->n; i++)
		free(origins[i]);
	free(origins);
}

void
siblings_seek(struct undo_paths *b)
{
	memset(&search, 0, sizeof(search));
	search.b = b;
	collect(b);
	if (search.n > 0) {
		walk();
		add_found(b);
	}
	for (int i = 0; i < search.n; i++)
		free(search.lost[i].found);
	free(search.lost);
	search.lost = NULL;
}
