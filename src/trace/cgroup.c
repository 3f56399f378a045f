/* Control groups, as directories: systemd names one after each unit. */
#include "config.h"

#include "trace/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"

/* Users may make groups below their own, as deep as they like. */
enum { DEPTH_MAX = 64, PROCESSES_MAX = 16 << 20 };

/* systemd's own hierarchy where each controller has one (cgroup v1), else the only one. */
static const char *const roots[] = { "/sys/fs/cgroup/systemd", "/sys/fs/cgroup" };

static const char *const suffixes[] = { ".service", ".scope", ".slice", ".socket", ".mount", ".swap" };

struct search {
	const char *name;
	bool slices_only;	/* below slices are the units of the system; below others is whose that unit is */
	char **found;
	size_t n;
};

/* Call back for each group right below dir.  0, or -1 with errno. */
static int
each_group(const char *dir, void (*each)(void *context, const char *path, int depth), void *context, int depth)
{
	const struct dirent *d;
	DIR *stream = opendir(dir);

	if (!stream)
		return -1;
	while (depth < DEPTH_MAX && (d = readdir(stream))) {
		char *path;

		if (d->d_type != DT_DIR || d->d_name[0] == '.')
			continue;
		path = path_join(dir, d->d_name);
		each(context, path, depth + 1);
		free(path);
	}
	closedir(stream);
	return 0;
}

static void
search_group(void *context, const char *path, int depth)
{
	struct search *s = context;

	if (strcmp(path_name(path), s->name) == 0)
		*LIST_ADD(s->found, s->n) = xstrdup(path);
	else if (!s->slices_only || fnmatch("*.slice", path_name(path), 0) == 0)
		(void)each_group(path, search_group, s, depth);
}

static void
release_search(struct search *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->found[i]);
	free(s->found);
	s->found = NULL;
	s->n = 0;
}

static char *
whole_name(const char *unit)
{
	size_t len = strlen(unit);

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (len > n && strcmp(unit + len - n, suffixes[i]) == 0)
			return xstrdup(unit);
	}
	return xasprintf("%s.service", unit);
}

static int
refuse_several(const struct search *s, struct err *e)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < s->n; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", s->found[i]);
	err_set(e, ERR_USAGE, "there are several units %s: %s; name processes by -p", s->name, all.data);
	buf_release(&all);
	return -1;
}

char *
cgroup_of_unit(const char *unit, struct err *e)
{
	const char *root = roots[access(roots[0], F_OK) != 0];
	char *name, *dir = NULL;
	struct search s = { .slices_only = true };

	if (*unit == '\0' || *unit == '.' || strchr(unit, '/')) {
		err_set(e, ERR_USAGE, "'%s' is not the name of a unit", unit);
		return NULL;
	}
	s.name = name = whole_name(unit);
	(void)each_group(root, search_group, &s, 0);
	if (s.n == 0) {
		s.slices_only = false;
		(void)each_group(root, search_group, &s, 0);
	}
	if (s.n == 1)
		dir = xstrdup(s.found[0]);
	else if (s.n > 1)
		refuse_several(&s, e);
	else
		err_set(e, ERR_NOT_FOUND, "no unit %s runs here: there is no control group of that name below %s", name, root);
	release_search(&s);
	free(name);
	return dir;
}

struct member_list {
	pid_t *pids;
	size_t n;
};

/* One that is out of our namespace of processes is a 0. */
static int
add_processes(struct member_list *l, const char *dir)
{
	char *path = path_join(dir, "cgroup.procs");
	struct buf text = BUF_INIT;
	int rc = io_read_file(path, &text, PROCESSES_MAX);

	for (char *at = text.data, *end; rc == 0 && text.len > 0; at = end) {
		long pid = strtol(at, &end, 10);

		if (end == at)
			break;
		if (pid > 0)
			*LIST_ADD(l->pids, l->n) = (pid_t)pid;
	}
	buf_release(&text);
	free(path);
	return rc;
}

static void
list_group(void *context, const char *path, int depth)
{
	(void)add_processes(context, path);	/* a threaded group's are listed above it (EOPNOTSUPP) */
	(void)each_group(path, list_group, context, depth);
}

int
cgroup_processes(const char *dir, pid_t **pids, size_t *n)
{
	struct member_list l = { NULL, 0 };

	if (add_processes(&l, dir) < 0) {
		*pids = NULL;
		*n = 0;
		return -1;
	}
	(void)each_group(dir, list_group, &l, 0);
	*pids = l.pids;
	*n = l.n;
	return 0;
}
