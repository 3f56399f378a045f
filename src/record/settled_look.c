/* What is at a path when nobody of the run can change it any more. */
#include "config.h"

#include "record/settled_look.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/path.h"
#include "file/dir_cache.h"
#include "file/identity.h"
#include "file/open.h"
#include "mount/remote.h"
#include "record/ledger.h"
#include "record/settling.h"

static bool
is_same_link(const struct stat *a, const struct stat *b)
{
	return identity_same(a, b) && clock_ns(a->st_ctim) == clock_ns(b->st_ctim);
}

/* False, with errno, where that does not tell all. */
static bool
settled_in_directory(int dir_fd, const char *name, struct settled *out)
{
	struct buf target = BUF_INIT;
	struct stat st, again;
	int64_t birth;

	if (identity_stat_in(dir_fd, name, &st, &birth) < 0)
		return false;
	/* a link is never changed, only replaced: then what is read of it need not be of what was looked at */
	if (S_ISLNK(st.st_mode) && (io_readlink(dir_fd, name, &target) < 0 ||
	    fstatat(dir_fd, name, &again, AT_SYMLINK_NOFOLLOW) < 0 || !is_same_link(&st, &again))) {
		buf_release(&target);
		errno = EAGAIN;
		return false;
	}
	state_of_stat(&st, &out->state);
	out->state.birth = birth;
	if (S_ISLNK(st.st_mode))
		out->state.target = buf_detach(&target);
	return true;
}

static bool
settled_by_opening(int dir_fd, const char *name, struct settled *out)
{
	int fd = open_canonical_at(dir_fd, name, O_PATH);
	struct buf target = BUF_INIT;
	struct stat st;
	int64_t birth;
	bool seen;

	if (fd < 0)
		return io_means_absent(errno);
	seen = identity_stat(fd, &st, &birth) == 0;
	if (seen) {
		state_of_stat(&st, &out->state);
		out->state.birth = birth;
		if (S_ISLNK(st.st_mode) && io_readlink(fd, "", &target) == 0)
			out->state.target = buf_detach(&target);
	}
	buf_release(&target);
	io_close(&fd);
	return seen;
}

bool
settled_look(const struct ledger *l, const struct remote_mounts *remote, struct dir_cache *dirs, const char *path,
	     struct settled *out)
{
	const char *name = path_name(path);
	int dir_fd;

	*out = (struct settled){ .mounts = l->mounts, .moves = l->moves };
	if (remote_covers(remote, path))
		return false;
	dir_fd = dir_cache_of(dirs, path);
	if (dir_fd < 0)
		return io_means_absent(errno);
	if (name[0] == '\0')
		return settled_by_opening(dir_fd, ".", out);
	return settled_in_directory(dir_fd, name, out) || io_means_absent(errno) || settled_by_opening(dir_fd, name, out);
}
