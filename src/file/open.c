/* Opening a canonical path as what it says. */
#include "config.h"

#include "file/open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"

static int
open_part(int dirfd, const char *name, int flags)
{
	struct open_how how = {
		.flags = (unsigned)flags | O_CLOEXEC | O_NOFOLLOW,
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, dirfd, name, &how, sizeof(how));
}

/* The kernel takes PATH_MAX bytes at once; a longer path is gone along in stretches. */
static int
open_long(const char *path, int flags)
{
	char *copy = xstrdup(path);
	char *at = copy;
	int dirfd = AT_FDCWD;
	int fd = -1;

	for (;;) {
		char *cut = NULL;
		int next;

		if (strlen(at) >= PATH_MAX) {
			cut = memrchr(at + 1, '/', PATH_MAX - 2);
			if (!cut) {
				errno = ENAMETOOLONG;
				break;
			}
			*cut = '\0';
		}
		next = open_part(dirfd, at, cut ? O_PATH | O_DIRECTORY : flags);
		io_close(&dirfd);
		if (next < 0 || !cut) {
			fd = next;
			break;
		}
		dirfd = next;
		at = cut + 1;
	}
	if (dirfd >= 0) {
		int saved = errno;

		close(dirfd);
		errno = saved;
	}
	free(copy);
	return fd;
}

int
open_canonical(const char *path, int flags)
{
	return strlen(path) < PATH_MAX ? open_part(AT_FDCWD, path, flags) : open_long(path, flags);
}

int
open_canonical_at(int dir_fd, const char *name, int flags)
{
	return open_part(dir_fd, name, flags);
}

int
open_canonical_parent(const char *path)
{
	char *dir = xstrndup(path, path_dir_len(path));
	int fd = open_canonical(dir, O_PATH | O_DIRECTORY);
	int saved = errno;

	free(dir);
	errno = saved;
	return fd;
}
