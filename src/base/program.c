/* Where a program is. */
#include "config.h"

#include "base/program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

/* One place where it may be: 0 if it can be executed, else an errno. */
static int
try_file(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno;
	if (S_ISDIR(st.st_mode) || access(path, X_OK) < 0)
		return EACCES;
	return 0;
}

/* path itself if it can be executed, else NULL; path is freed. */
static char *
take_if_good(char *path, int *why)
{
	*why = try_file(path);
	if (*why == 0)
		return path;
	free(path);
	return NULL;
}

char *
program_find(const char *name)
{
	const char *dirs = getenv("PATH");

	return program_find_in(name, dirs ? dirs : "/bin:/usr/bin");
}

char *
program_find_in(const char *name, const char *dirs)
{
	int worst = ENOENT;
	char *path = NULL;
	int why = ENOENT;

	if (strchr(name, '/')) {
		path = take_if_good(xstrdup(name), &why);
		errno = why;
		return path;
	}
	while (*name) {
		size_t len = strcspn(dirs, ":");

		path = take_if_good(xasprintf("%.*s/%s", len ? (int)len : 1, len ? dirs : ".", name), &why);
		if (path)
			return path;
		/* what cannot be told is not "not found" */
		if (!io_means_absent(why))
			worst = why;
		if (dirs[len] == '\0')
			break;
		dirs += len + 1;
	}
	errno = worst;
	return NULL;
}
