/* Path names as text. */
#include "config.h"

#include "base/path.h"

#include <string.h>

#include "base/mem.h"

bool
path_is_under(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	if (len == 1 && dir[0] == '/')
		return path[0] == '/';
	return strncmp(path, dir, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

bool
path_is_canonical(const char *path)
{
	const char *at = path;

	if (path[0] != '/')
		return false;
	if (path[1] == '\0')
		return true;
	while (*at == '/') {
		size_t len = strcspn(++at, "/");

		if (len == 0 || (at[0] == '.' && (len == 1 || (len == 2 && at[1] == '.'))))
			return false;
		at += len;
	}
	return true;
}

size_t
path_dir_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return 0;
	return slash == path ? 1 : (size_t)(slash - path);
}

const char *
path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *
path_join(const char *dir, const char *name)
{
	size_t len = strlen(dir), name_len = strlen(name);
	char *joined = xmalloc(len + 1 + name_len + 1);
	char *end = mempcpy(joined, dir, len);

	if (len == 0 || dir[len - 1] != '/')
		*end++ = '/';
	memcpy(end, name, name_len + 1);
	return joined;
}

char *
path_rebase(const char *path, const char *old_dir, const char *new_dir)
{
	const char *rest = path + strlen(old_dir);

	while (*rest == '/')
		rest++;
	return *rest ? path_join(new_dir, rest) : xstrdup(new_dir);
}

bool
path_split(const char *raw, char **dir, char **name)
{
	size_t end = strlen(raw);
	size_t start;

	while (end > 1 && raw[end - 1] == '/')
		end--;
	start = end;
	while (start > 0 && raw[start - 1] != '/')
		start--;
	if (start == end || (end - start == 1 && raw[start] == '.') ||
	    (end - start == 2 && raw[start] == '.' && raw[start + 1] == '.'))
		return false;
	*name = xstrndup(raw + start, end - start);
	*dir = start == 0 ? xstrdup(".") : xstrndup(raw, start);
	return true;
}

bool
path_has_dot_dot(const char *path)
{
	while (path) {
		if (strncmp(path, "..", 2) == 0 && (path[2] == '/' || path[2] == '\0'))
			return true;
		path = strchr(path, '/');
		path = path ? path + 1 : NULL;
	}
	return false;
}
