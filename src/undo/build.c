/* Objects made anew under a temporary name. */
#include "config.h"

#include "undo/build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "undo/paths.h"
#include "file/copy.h"
#include "objects/objects_dir.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"

char *
build_name_beside(const char *path, const char *prefix)
{
	char *dir = xstrndup(path, path_dir_len(path));
	unsigned long long number = 0;
	char *name, *out;

	/* what is guessed makes the step fail, nothing else: O_EXCL, RENAME_NOREPLACE */
	(void)!getrandom(&number, sizeof(number), GRND_NONBLOCK);
	name = xasprintf("%s%016llx", prefix, number);
	out = path_join(dir, name);
	free(name);
	free(dir);
	return out;
}

enum op
build_op(enum file_type type)
{
	switch (type) {
	case FILE_REGULAR:
		return OP_CREATE;
	case FILE_SYMLINK:
		return OP_SYMLINK;
	case FILE_DIRECTORY:
		return OP_MKDIR;
	case FILE_FIFO:
	case FILE_SOCKET:
	case FILE_CHAR:
	case FILE_BLOCK:
	case FILE_ABSENT:
	case FILE_TYPE_COUNT:
		break;
	}
	return OP_MKNOD;
}

static mode_t
node_mode(enum file_type type)
{
	static const mode_t modes[FILE_TYPE_COUNT] = {
		[FILE_FIFO] = S_IFIFO, [FILE_SOCKET] = S_IFSOCK, [FILE_CHAR] = S_IFCHR, [FILE_BLOCK] = S_IFBLK,
	};

	return modes[type] | 0600;
}

/* What was stored is what its name says, or nothing is put back. */
static int
check_copy(int fd, const struct digest *expected)
{
	struct digester *d = digest_new();
	struct digest found;
	struct err e;
	int rc;

	if (lseek(fd, 0, SEEK_SET) < 0)
		rc = -1;
	else
		rc = digest_fd(d, fd, &found, NULL, &e);
	digest_free(d);
	if (rc == 0 && !digest_equal(&found, expected)) {
		errno = EBADMSG;
		rc = -1;
	}
	return rc;
}

static int
fill_file(int to, const struct file_state *want, int from)
{
	struct stat st;
	struct err e = { 0 };
	int rc = -1;

	if (fstat(from, &st) == 0) {
		rc = copy_content(from, to, st.st_size, &e);
		if (rc < 0)
			errno = e.sys;
	}
	if (rc == 0)
		rc = check_copy(to, &want->digest);
	if (rc == 0)
		rc = fsync(to);
	return rc;
}

static int
build_file(int dir_fd, const char *name, const struct file_state *want, int from, struct stat *made)
{
	int to = openat(dir_fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int rc, saved;

	if (to < 0)
		return -1;
	rc = fill_file(to, want, from);
	if (rc == 0)
		rc = fstat(to, made);
	saved = errno;
	close(to);
	if (rc < 0)
		unlinkat(dir_fd, name, 0);
	errno = saved;
	return rc;
}

static int
build_kept(int dir_fd, const char *name, const struct file_state *want, const char *history, struct stat *made)
{
	int from = objects_dir_get(history, &want->digest);
	int rc, saved;

	if (from < 0)
		return -1;
	rc = build_file(dir_fd, name, want, from, made);
	saved = errno;
	close(from);
	errno = saved;
	return rc;
}

int
build_object(int dir_fd, const char *name, const struct file_state *want, const char *history, int from,
	     struct stat *made)
{
	memset(made, 0, sizeof(*made));
	if (want->type == FILE_REGULAR && from >= 0)
		return build_file(dir_fd, name, want, from, made);
	if (want->type == FILE_REGULAR)
		return build_kept(dir_fd, name, want, history, made);
	if (want->type == FILE_SYMLINK)
		return symlinkat(want->target, dir_fd, name);
	return mknodat(dir_fd, name, node_mode(want->type), want->rdev);
}
