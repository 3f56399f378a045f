/* Names of descriptors. */
#include "config.h"

#include "trace/path/descriptor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "file/fskind.h"
#include "file/identity.h"
#include "mount/mounts.h"
#include "mount/own_root.h"
#include "mount/remote.h"

char *
descriptor_name(int fd)
{
	char room[IO_FD_ROOM];
	struct buf name = BUF_INIT;

	if (io_readlink(io_own_fds(), io_fd_name(room, fd), &name) < 0) {
		buf_release(&name);
		return NULL;
	}
	return buf_detach(&name);
}

/* Whether a name of a directory is that of the object. */
static bool
is_name_of(const struct remote_mounts *remote, int dir, const char *name, const struct stat *st)
{
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat found;
	bool same = fd >= 0 && !remote_fd(remote, fd) && fstat(fd, &found) == 0 && identity_same(&found, st);

	io_close(&fd);
	return same;
}

/*
 * The name of a directory in the one above it.  Overlayfs may tell other numbers of directories there than they have
 * (Documentation/filesystems/overlayfs.rst, "Inode properties").
 */
static char *
name_in_parent(const struct remote_mounts *remote, int parent, const struct stat *st)
{
	bool numbered = fskind_of(parent, fskind_dev(parent)) != FS_OVERLAY;
	int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *d;
	char *name = NULL;

	if (!dir) {
		io_close(&fd);
		return NULL;
	}
	while (!name && (d = readdir(dir))) {
		bool may_be = numbered ? d->d_ino == st->st_ino : d->d_type == DT_DIR || d->d_type == DT_UNKNOWN;

		if (may_be && is_name_of(remote, parent, d->d_name, st))
			name = xstrdup(d->d_name);
	}
	closedir(dir);
	return name;
}

/*
 * The kernel tells no name that is longer than a page: of a deeper directory it is put together upwards,
 * one component at a time, until it does.
 */
static char *
long_name_of(const struct remote_mounts *remote, int fd)
{
	int at = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	char *tail = NULL, *known = NULL;

	for (;;) {
		int up = at >= 0 ? openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
		char *name = NULL, *longer;
		struct stat st;

		if (up >= 0 && !remote_fd(remote, up) && fstat(at, &st) == 0)
			name = name_in_parent(remote, up, &st);
		io_close(&at);
		at = up;
		if (!name)
			break;
		longer = tail ? path_join(name, tail) : xstrdup(name);
		free(name);
		free(tail);
		tail = longer;
		known = descriptor_name(at);
		if (known || errno != ENAMETOOLONG)
			break;
	}
	io_close(&at);
	if (known && tail) {
		char *whole = path_join(known, tail);

		free(known);
		known = whole;
	}
	free(tail);
	return known;
}

bool
descriptor_on_procfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

bool
descriptor_is_deleted(const char *name)
{
	static const char suffix[] = " (deleted)";
	size_t len = strlen(name);

	return len >= sizeof(suffix) - 1 && strcmp(name + len - (sizeof(suffix) - 1), suffix) == 0;
}

void
descriptor_believe(const struct whose *w, int fd, char *name, struct target *out)
{
	struct stat st;
	char *ours;
	int rc;

	free(out->path);
	out->path = name;
	if (name[0] != '/') {
		out->sight = TARGET_ANONYMOUS;
		return;
	}
	rc = remote_lstat(w->remote, name, &st);
	if (rc == 0 && identity_same(&st, &out->st) && (w->made_count || !mounts_is_made(w->mounts, fd))) {
		out->sight = TARGET_RESOLVED;
		return;
	}
	out->sight = rc < 0 && errno == EACCES ? TARGET_HIDDEN : TARGET_FOREIGN;
	if (descriptor_is_deleted(name)) {
		out->sight = TARGET_ANONYMOUS;
		return;
	}
	ours = mounts_translate(w->mounts, w->remote, w->tid, fd, name, &out->st);
	if (ours) {
		out->sight = TARGET_RESOLVED;
	} else {
		if (out->sight == TARGET_FOREIGN && mounts_is_run_memory(w->mounts, fd, out->st.st_dev))
			out->sight = TARGET_COVERED;
		ours = own_root_strip(name);
	}
	if (!ours)
		return;
	free(out->path);
	out->path = ours;
}

int
descriptor_stat(int fd, struct stat *st, int64_t *birth, uint64_t *mount)
{
	struct statx sx;

	*mount = 0;
	*birth = 0;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID, &sx) < 0)
		return fstat(fd, st);
	if (sx.stx_mask & STATX_MNT_ID)
		*mount = sx.stx_mnt_id;
	identity_stat_of(&sx, st);
	*birth = identity_birth_of(&sx, fd);
	return 0;
}

/*
 * Whether what we have come to by a path of our own view can be called so without proof.  A tracee's directory may be
 * on a mount of another namespace (/proc/PID/root, a descriptor that it was sent) or of none (open_tree(2)), where
 * names are told as if they began at our root: once one is met nothing is taken for granted any more.
 */
static bool
is_in_view(const struct whose *w, const char *name, uint64_t mount)
{
	if (w->view->roots_differ || name[0] != '/' || descriptor_is_deleted(name))
		return false;
	if (mount == 0 || mounts_is_ours(w->mounts, mount))
		return true;
	w->view->roots_differ = true;
	return false;
}

void
descriptor_adopt(const struct whose *w, int fd, enum way_here way, struct target *out)
{
	uint64_t mount;
	char *name;

	out->fd = fd;
	if (descriptor_stat(fd, &out->st, &out->birth, &mount) < 0) {
		memset(&out->st, 0, sizeof(out->st));
		io_close(&out->fd);
	}
	name = descriptor_name(fd);
	if (!name && errno == ENAMETOOLONG && S_ISDIR(out->st.st_mode))
		name = long_name_of(w->remote, out->fd);
	if (!name)
		return;
	if (way == WAY_BY_PATH && is_in_view(w, name, mount)) {
		free(out->path);
		out->path = name;
		out->sight = TARGET_RESOLVED;
		return;
	}
	descriptor_believe(w, fd, name, out);
}
