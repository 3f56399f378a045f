/* Walking a tree in an order that can be told. */
#include "config.h"

#include "file/tree_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "file/identity.h"

struct tree_walker {
	const struct tree_walk *walk;
	dev_t dev;		/* of the file system that is walked */
	struct buf path;	/* of what is being looked at */
};

int
tree_walk_compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (*a == *b || !*a || !*b)
		return (*a != '\0') - (*b != '\0');
	/* what is in a directory comes before all names that only begin like it */
	if (*a == '/' || *b == '/')
		return *a == '/' ? -1 : 1;
	return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
}

static int
stat_name(int dir_fd, const char *name, struct stat *st, int64_t *birth)
{
	struct statx sx;

	*birth = 0;
	if (statx(dir_fd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS | STATX_BTIME, &sx) == 0) {
		identity_stat_of(&sx, st);
		if (sx.stx_mask & STATX_BTIME)
			*birth = identity_birth_of(&sx, dir_fd);
		return 0;
	}
	if (errno != ENOSYS && errno != EPERM)
		return -1;
	return fstatat(dir_fd, name, st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
}

static int
open_directory(int dir_fd, const char *name)
{
	static const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	int fd = openat(dir_fd, name, flags | O_NOATIME);

	return fd < 0 && errno == EPERM ? openat(dir_fd, name, flags) : fd;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
free_names(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

/* The names in a directory, sorted; 0, or an errno.  Takes fd over where *dir is set. */
static int
read_names(int fd, DIR **dir, char ***names, size_t *n)
{
	const struct dirent *d;

	*dir = fdopendir(fd);
	if (!*dir)
		return errno;
	while (errno = 0, (d = readdir(*dir))) {
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			*LIST_ADD(*names, *n) = xstrdup(d->d_name);
	}
	if (errno != 0)
		return errno;
	if (*n > 0)
		qsort(*names, *n, sizeof(**names), compare_names);
	return 0;
}

static enum tree_walk_next walk_name(struct tree_walker *w, int dir_fd, const char *name);

static enum tree_walk_next
walk_names(struct tree_walker *w, int dir_fd, char **names, size_t n)
{
	size_t len = w->path.len;
	enum tree_walk_next next = TREE_WALK_ON;

	for (size_t i = 0; i < n && next != TREE_WALK_STOP; i++) {
		if (len == 0 || w->path.data[len - 1] != '/')
			buf_addch(&w->path, '/');
		buf_addstr(&w->path, names[i]);
		next = walk_name(w, dir_fd, names[i]);
		buf_truncate(&w->path, len);
	}
	return next;
}

/* A directory is read before it is told of, so that it is known with it whether it could be. */
static enum tree_walk_next
walk_directory(struct tree_walker *w, struct tree_name *n)
{
	enum tree_walk_next next;
	char **names = NULL;
	size_t n_names = 0;
	DIR *dir = NULL;
	struct stat st;
	int fd = -1;

	if (n->st.st_dev != w->dev)
		n->error = EXDEV;
	else if ((fd = open_directory(n->dir_fd, n->name)) < 0)
		n->error = errno;
	else if (fstat(fd, &st) < 0 || !identity_same(&st, &n->st))
		n->error = ESTALE;
	else
		n->error = read_names(fd, &dir, &names, &n_names);
	next = w->walk->visit(w->walk->context, n);
	if (next == TREE_WALK_ON && dir && n->error == 0)
		next = walk_names(w, dirfd(dir), names, n_names);
	free_names(names, n_names);
	if (dir)
		closedir(dir);
	else
		io_close(&fd);
	return next;
}

static enum tree_walk_next
walk_name(struct tree_walker *w, int dir_fd, const char *name)
{
	struct tree_name n = { .path = w->path.data, .dir_fd = dir_fd, .name = name };

	if (w->walk->shun(w->walk->context, n.path) || stat_name(dir_fd, name, &n.st, &n.birth) < 0)
		return TREE_WALK_ON;	/* gone meanwhile */
	return S_ISDIR(n.st.st_mode) ? walk_directory(w, &n) : w->walk->visit(w->walk->context, &n);
}

int
tree_walk(int dir_fd, const char *name, const char *path, const struct tree_walk *walk)
{
	struct tree_walker w = { .walk = walk };
	struct stat st;
	int64_t birth;

	if (stat_name(dir_fd, name, &st, &birth) < 0)
		return io_means_absent(errno) ? 0 : -1;
	w.dev = st.st_dev;
	buf_init(&w.path);
	buf_addstr(&w.path, path);
	walk_name(&w, dir_fd, name);
	buf_release(&w.path);
	return 0;
}
