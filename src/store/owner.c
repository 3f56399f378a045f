/* Whether root may write to a history, and read it as its own. */
#include "config.h"

#include "store/owner.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "file/rights.h"

/* Whether somebody else could have made, or could exchange, what is in the directory of path. */
static bool
others_may_write_beside(const char *path)
{
	char *dir = xstrndup(path, path_dir_len(path));
	struct stat st;
	bool may = stat(*dir ? dir : ".", &st) == 0 &&
		   (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0);

	free(dir);
	return may;
}

/* Each part of the path, the history itself at last; what is not there yet is no link. */
static int
check_links(const char *path, struct err *e)
{
	char *part = xstrdup(path);
	size_t len = strlen(path);
	int rc = 0;

	for (size_t i = 1; rc == 0 && i <= len; i++) {
		struct stat st;

		if (path[i] != '/' && path[i] != '\0')
			continue;
		part[i] = '\0';
		if (lstat(part, &st) == 0 && S_ISLNK(st.st_mode) && others_may_write_beside(part))
			rc = err_set(e, ERR_INPUT, "root does not write to history %s: %s is a symbolic link in a "
				     "directory that others may write", path, i == len ? "it" : part);
		part[i] = path[i];
	}
	free(part);
	return rc;
}

static int
check_uid(const char *history, const char *suffix, struct err *e)
{
	char *file = xasprintf("%s%s", history, suffix);
	struct stat st;
	int rc = 0;

	/* what a link of root's own leads to counts */
	if (stat(file, &st) == 0 && st.st_uid != 0)
		rc = err_set(e, ERR_INPUT, "root does not write to history %s: user %u owns %s",
			     history, (unsigned)st.st_uid, *suffix ? file : "it");
	if (rc == 0 && lstat(file, &st) == 0 && st.st_uid != 0)
		rc = err_set(e, ERR_INPUT, "root does not write to history %s: %s is a symbolic link of user %u",
			     history, *suffix ? file : "it", (unsigned)st.st_uid);
	free(file);
	return rc;
}

/* With the first of them SQLite has to do, and whoever opens the history through it. */
static const char *const beside[] = { "", "-wal", "-shm", "-journal", ".objects", ".journal" };
enum { N_OF_SQLITE = 4 };

bool
owner_alone(const char *real, const struct stat *history)
{
	char *dir = xstrndup(real, path_dir_len(real));
	bool alone = history->st_uid == 0 && rights_alone(dir);

	for (size_t i = 0; alone && i < N_OF_SQLITE; i++) {
		char *file = xasprintf("%s%s", real, beside[i]);
		struct stat st;

		if (lstat(file, &st) == 0)
			alone = S_ISREG(st.st_mode) && st.st_uid == 0;
		free(file);
	}
	free(dir);
	return alone;
}

int
owner_check(const char *path, struct err *e)
{
	if (geteuid() != 0)
		return 0;
	if (check_links(path, e) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(beside); i++) {
		if (check_uid(path, beside[i], e) < 0)
			return -1;
	}
	return 0;
}
