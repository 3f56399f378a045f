/* The other names of what lost one of several names. */
#include "config.h"

#include "audit/siblings.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/state.h"
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
	struct back *b;
	struct lost *lost;
	int n;
	int missing;
} search;

static bool
is_same_object(const struct file_state *a, const struct file_state *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

/* Whether a name of p's object that is there still is among the paths. */
static bool
has_sibling(const struct back *b, const struct back_path *p)
{
	for (int i = 0; i < b->n; i++) {
		const struct back_path *q = &b->path[i];

		if (q != p && !q->lost && q->before.type != FILE_ABSENT && is_same_object(&q->before, &p->before))
			return true;
	}
	return false;
}

static bool
is_source_of_move(const struct back *b, int origin)
{
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].origin == origin)
			return true;
	}
	return false;
}

static void
collect(struct back *b)
{
	for (int i = 0; i < b->n; i++) {
		const struct back_path *p = &b->path[i];

		if (!p->lost || p->before.type != FILE_REGULAR || p->before.nlink < 2 || p->has_old || p->settled ||
		    has_sibling(b, p) || is_source_of_move(b, i))
			continue;
		search.lost = xrealloc(search.lost, (size_t)(search.n + 1) * sizeof(*search.lost));
		search.lost[search.n++] = (struct lost){ .path = i };
	}
	search.missing = search.n;
}

/* A number may have been given anew: size and mtime say that it is the file as it was. */
static bool
is_the_file(const struct file_state *was, const struct stat *st)
{
	return S_ISREG(st->st_mode) && was->dev == st->st_dev && was->ino == st->st_ino &&
	       was->size_bytes == st->st_size && was->mtime_ns == clock_ns(st->st_mtim);
}

static int
visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	for (int i = 0; type == FTW_F && i < search.n; i++) {
		struct lost *l = &search.lost[i];

		if (l->found || !is_the_file(&search.b->path[l->path].before, st) || back_find(search.b, path) != NO_PATH)
			continue;
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

static void
walk(void)
{
	for (int i = 0; i < search.n && search.missing > 0; i++) {
		const struct back_path *p = &search.b->path[search.lost[i].path];
		char *mount;

		if (search.lost[i].found)
			continue;
		mount = mount_of(p->path, p->before.dev);
		if (mount)
			(void)nftw(mount, visit, OPEN_MAX, FTW_PHYS | FTW_MOUNT);
		free(mount);
	}
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct back_path *)a)->path, ((const struct back_path *)b)->path);
}

/* origin is an index, and the indexes move. */
static void
move_origins(struct back *b, char **origins)
{
	for (int i = 0; i < b->n; i++) {
		b->path[i].origin = origins[b->path[i].source] ? back_find(b, origins[b->path[i].source]) : NO_PATH;
		b->path[i].source = NO_PATH;
	}
}

static void
add_found(struct back *b)
{
	char **origins = xcalloc((size_t)(b->n + search.n) + 1, sizeof(*origins));
	int n = b->n;

	b->path = xrealloc(b->path, (size_t)(b->n + search.n + 1) * sizeof(*b->path));
	for (int i = 0; i < search.n; i++) {
		struct back_path *p = &b->path[b->n];

		if (!search.lost[i].found)
			continue;
		memset(p, 0, sizeof(*p));
		p->path = xstrdup(search.lost[i].found);
		p->parent_only = true;
		p->origin = NO_PATH;
		state_copy(&p->before, &b->path[search.lost[i].path].before);
		state_copy(&p->left, &b->path[search.lost[i].path].before);
		b->n++;
	}
	for (int i = 0; i < b->n; i++) {
		if (b->path[i].origin != NO_PATH)
			origins[i] = xstrdup(b->path[b->path[i].origin].path);
		b->path[i].source = i;
	}
	if (b->n > n)
		qsort(b->path, (size_t)b->n, sizeof(*b->path), compare_paths);
	move_origins(b, origins);
	for (int i = 0; i < b->n; i++)
		free(origins[i]);
	free(origins);
}

void
siblings_seek(struct back *b)
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
