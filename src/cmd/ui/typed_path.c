/* Paths as people type them. */
#include "config.h"

#include "cmd/ui/typed_path.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"

/* NULL with e set where the working directory is gone. */
static char *
absolute_path(const char *typed, struct err *e)
{
	char *cwd, *path;

	if (typed[0] == '/')
		return xstrdup(typed);
	cwd = getcwd(NULL, 0);
	if (!cwd) {
		err_system(e, "cannot tell what %s is: the working directory", typed);
		return NULL;
	}
	path = path_join(cwd, typed);
	free(cwd);
	return path;
}

void
typed_path_add(struct buf *dir, const char *rest)
{
	while (*rest) {
		size_t len = strcspn(rest, "/");

		if (len == 2 && strncmp(rest, "..", 2) == 0) {
			const char *slash = strrchr(dir->data, '/');

			buf_truncate(dir, slash ? (size_t)(slash - dir->data) : 0);
		} else if (len > 0 && !(len == 1 && rest[0] == '.')) {
			buf_addch(dir, '/');
			buf_add(dir, rest, len);
		}
		rest += len;
		rest += strspn(rest, "/");
	}
}

/* Resolve the longest head of path that is there; the first n bytes are to be tried first. */
static char *
resolve_head(const char *path, size_t n)
{
	struct buf out = BUF_INIT;
	char *head = xstrndup(path, n);
	char *real;

	while (!(real = realpath(*head ? head : "/", NULL)) && *head) {
		while (n > 0 && head[n - 1] == '/')
			n--;
		while (n > 0 && head[n - 1] != '/')
			n--;
		head[n] = '\0';
	}
	/* "/" is the empty string here, so that a slash and a name can follow */
	if (real && strcmp(real, "/") != 0)
		buf_addstr(&out, real);
	typed_path_add(&out, path + n + strspn(path + n, "/"));
	if (out.len == 0)
		buf_addch(&out, '/');
	free(real);
	free(head);
	return buf_detach(&out);
}

/* The last component itself is looked at, not followed, unless as_directory. */
static char *
resolve_typed(const char *path, bool as_directory)
{
	return resolve_head(path, as_directory ? strlen(path) : (size_t)(path_name(path) - path));
}

int
typed_path(const char *typed, char **out, struct err *e)
{
	char *path, *reduced;
	const char *name;
	bool as_directory;

	if (!*typed)
		return err_set(e, ERR_USAGE, "the name of a path is empty");
	path = absolute_path(typed, e);
	if (!path)
		return -1;
	name = path_name(path);
	as_directory = *name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
	*out = resolve_typed(path, as_directory);
	if (path_has_dot_dot(path)) {
		/* "absent/../link/file": what is left when the text is reduced may be there */
		reduced = *out;
		*out = resolve_typed(reduced, as_directory);
		free(reduced);
	}
	free(path);
	return 0;
}

char *
typed_path_target(const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0 || !S_ISLNK(st.st_mode))
		return NULL;
	return realpath(path, NULL);
}

int
typed_paths_read(struct typed_paths *t, const struct strings *words, struct err *e)
{
	for (size_t i = 0; i < words->n; i++) {
		char *path;

		if (typed_path(words->v[i], &path, e) < 0)
			return -1;
		*LIST_ADD(t->v, t->n) = (struct typed_path_word){
			.word = words->v[i], .path = path, .target = typed_path_target(path),
		};
	}
	return 0;
}

void
typed_paths_release(struct typed_paths *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].path);
		free(t->v[i].target);
	}
	free(t->v);
	*t = (struct typed_paths){ NULL, 0 };
}

static bool
is_meant_by(const struct typed_path_word *w, const char *path)
{
	return path_is_under(path, w->path) || (w->target && path_is_under(path, w->target));
}

bool
typed_paths_mean(const struct typed_paths *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++) {
		if (is_meant_by(&t->v[i], path))
			return true;
	}
	return false;
}

void
typed_paths_meet(struct typed_paths *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++)
		t->v[i].met = t->v[i].met || is_meant_by(&t->v[i], path);
}

int
typed_path_root(const char *typed, char **out, struct err *e)
{
	char *target;

	if (typed_path(typed, out, e) < 0)
		return -1;
	target = typed_path_target(*out);
	if (target) {
		free(*out);
		*out = target;
	}
	return 0;
}

int
typed_path_only_root(const char *command, const struct strings *roots, char **out, struct err *e)
{
	if (roots->n > 1)
		return err_set(e, ERR_USAGE, "%s takes --root only once", command);
	return roots->n > 0 ? typed_path_root(roots->v[0], out, e) : 0;
}
