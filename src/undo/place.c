/* A name to act on, held by the descriptor of its directory. */
#include "config.h"

#include "undo/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "file/open.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "file/identity.h"

/* What its name leads to in the directory that it holds. */
static int
open_in_directory(struct place *p)
{
	p->fd = openat(p->dir_fd, place_name(p), O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (p->fd < 0)
		return errno == ENOENT ? 0 : -1;
	return identity_stat(p->fd, &p->st, &p->birth);
}

static int
open_name(struct place *p, const char *path, int dir_fd)
{
	*p = (struct place){ .path = xstrdup(path), .dir_fd = dir_fd, .fd = -1 };
	return p->dir_fd < 0 ? -1 : open_in_directory(p);
}

int
place_open(struct place *p, const char *path)
{
	return open_name(p, path, open_canonical_parent(path));
}

int
place_open_at(struct place *p, int dir_fd, const char *path)
{
	return open_name(p, path, fcntl(dir_fd, F_DUPFD_CLOEXEC, 0));
}

int
place_look_again(struct place *p)
{
	struct place now = { .path = p->path, .dir_fd = p->dir_fd, .fd = -1 };

	if (open_in_directory(&now) < 0) {
		int saved = errno;

		io_close(&now.fd);
		errno = saved;
		return -1;
	}
	io_close(&p->fd);
	*p = now;
	return 0;
}

void
place_close(struct place *p)
{
	int saved = errno;

	io_close(&p->fd);
	io_close(&p->dir_fd);
	free(p->path);
	p->path = NULL;
	errno = saved;
}

const char *
place_name(const struct place *p)
{
	const char *name = path_name(p->path);

	return *name ? name : ".";
}

int
place_check(const struct place *p, const struct file_state *seen)
{
	bool is_dir = seen->type == FILE_DIRECTORY;

	errno = ESTALE;
	if (seen->type == FILE_ABSENT || p->fd < 0)
		return seen->type == FILE_ABSENT && p->fd < 0 ? 0 : -1;
	if (p->st.st_dev != seen->dev || p->st.st_ino != seen->ino || !identity_same_birth(p->birth, seen->birth) ||
	    state_type_of(p->st.st_mode) != seen->type)
		return -1;
	if (!is_dir && clock_ns(p->st.st_mtim) != seen->mtime_ns)
		return -1;
	if (seen->type != FILE_REGULAR)
		return 0;
	/* whoever writes can set the size and the mtime back, and not the ctime (inode(7)) */
	if (seen->ctime_ns != 0 && clock_ns(p->st.st_ctim) != seen->ctime_ns)
		return -1;
	return p->st.st_size == seen->size_bytes ? 0 : -1;
}

struct target
place_target(const struct place *p)
{
	struct target t = { .path = p->path, .sight = TARGET_RESOLVED, .fd = p->fd, .st = p->st,
			    .birth = p->birth, .dir_fd = p->dir_fd };

	if (p->fd < 0)
		t.st.st_nlink = 0;
	return t;
}

int
place_open_seen(struct place *p, const char *path, const struct file_state *seen)
{
	int rc = place_open(p, path);

	return rc < 0 ? rc : place_check(p, seen);
}
