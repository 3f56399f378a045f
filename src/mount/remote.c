/* Mounts that somebody else serves. */
#include "config.h"

#include "mount/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "mount/info.h"
#include "mount/mounts.h"

#ifndef AT_HANDLE_FID
#define AT_HANDLE_FID 0x200		/* Linux 6.5, linux/fcntl.h */
#endif

/* How long a mount that others make may stay unseen; the tracees' own are noted when they are made. */
enum { POLL_NS = 50 * 1000 * 1000 };

/* As in mountinfo; "fuse" has subtypes behind a dot (fuse.sshfs). */
static const char *const types[] = {
	"9p", "afs", "autofs", "beegfs", "ceph", "cifs", "coda", "fuse", "fuseblk", "lustre", "ncpfs", "nfs", "nfs4",
	"orangefs", "smb3", "smbfs",
};

static struct {
	int changes_fd;		/* our mountinfo, for poll(2); -1: not read yet */
	int64_t polled_ns;
	uint64_t *ids;		/* of such mounts.  One that is gone stays: it does no harm. */
	size_t n_ids;
	char **points;		/* in our own view */
	size_t n_points;
	bool guarded;
} known = { .changes_fd = -1 };

static bool
is_remote(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (strcmp(types[i], type) == 0)
			return true;
	}
	return strncmp(type, "fuse.", 5) == 0;
}

static int
compare_ids(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool
has_id(uint64_t id)
{
	return known.n_ids > 0 && bsearch(&id, known.ids, known.n_ids, sizeof(id), compare_ids) != NULL;
}

static void
add_id(uint64_t id)
{
	if (has_id(id))
		return;
	known.ids = xrealloc(known.ids, (known.n_ids + 1) * sizeof(id));
	known.ids[known.n_ids++] = id;
	qsort(known.ids, known.n_ids, sizeof(id), compare_ids);
}

static void
add_point(const char *point)
{
	known.points = xrealloc(known.points, (known.n_points + 1) * sizeof(*known.points));
	known.points[known.n_points++] = xstrdup(point);
}

static void
read_mounts(pid_t tid)
{
	struct buf text = BUF_INIT;
	char *next = mount_info_read(tid, &text);
	struct mount m;

	while (mount_info_next(&next, &m)) {
		if (!is_remote(m.type))
			continue;
		add_id(m.id);
		if (tid == 0)
			add_point(m.point);
	}
	buf_release(&text);
}

static void
read_own(void)
{
	for (size_t i = 0; i < known.n_points; i++)
		free(known.points[i]);
	known.n_points = 0;
	mounts_changed();
	read_mounts(0);
}

/* The kernel says by POLLERR and POLLPRI that something was mounted or unmounted (proc(5)). */
void
remote_refresh(void)
{
	struct pollfd p = { .fd = known.changes_fd, .events = POLLPRI };
	int64_t now;

	if (!known.guarded)
		return;
	if (known.changes_fd < 0) {
		known.changes_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
		known.polled_ns = clock_monotonic_ns();
		read_own();
		return;
	}
	now = clock_monotonic_ns();
	if (now - known.polled_ns < POLL_NS)
		return;
	known.polled_ns = now;
	if (poll(&p, 1, 0) > 0)
		read_own();
}

void
remote_read(pid_t tid)
{
	if (!known.guarded)
		return;
	known.polled_ns = 0;
	remote_refresh();
	read_mounts(tid);
}

bool
remote_any(void)
{
	return known.guarded && known.n_ids > 0;
}

/* Which mount a descriptor is on; no file system is asked for it (proc(5), /proc/pid/fdinfo/). */
static bool
is_on_remote(const char *fdinfo)
{
	struct buf info = BUF_INIT;
	const char *at = NULL;
	bool remote;

	if (io_read_file(fdinfo, &info, 65536) == 0)
		at = strstr(info.data, "mnt_id:");
	remote = at && has_id(strtoull(at + strlen("mnt_id:"), NULL, 10));
	buf_release(&info);
	return remote;
}

/*
 * The same by name_to_handle_at(2), which tells the mount together with a handle for which it is given no room: from
 * what the kernel has in its memory, in an eighth of the time.  False before Linux 6.5, which has no handles that
 * merely identify; to make another kind, overlayfs with nfs_export may copy a directory.
 */
static bool
mount_of(int fd, uint64_t *id)
{
	struct file_handle none = { .handle_bytes = 0 };
	int mount_id;

	if (name_to_handle_at(fd, "", &none, &mount_id, AT_EMPTY_PATH | AT_HANDLE_FID) == 0 || errno != EOVERFLOW || mount_id < 0)
		return false;
	*id = (uint64_t)mount_id;
	return true;
}

bool
remote_fd(int fd)
{
	char path[64];
	uint64_t id;

	if (!remote_any() || fd < 0)
		return false;
	if (mount_of(fd, &id))
		return has_id(id);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return is_on_remote(path);
}

bool
remote_fd_of(pid_t tid, int fd)
{
	char path[64];

	if (!remote_any() || fd < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", (int)tid, fd);
	return is_on_remote(path);
}

const char *
remote_point(const char *path)
{
	if (!remote_any())
		return NULL;
	for (size_t i = 0; i < known.n_points; i++) {
		if (path_is_under(path, known.points[i]))
			return known.points[i];
	}
	return NULL;
}

bool
remote_covers(const char *path)
{
	return remote_point(path) != NULL;
}

int
remote_lstat(const char *path, struct stat *st)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS,
	};
	int fd, rc, saved;

	if (!remote_any())
		return lstat(path, st);
	if (remote_covers(path)) {
		errno = EREMOTE_MOUNT;
		return -1;
	}
	fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
	if (fd < 0)
		return -1;
	rc = fstat(fd, st);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

bool
remote_is_nosuid_exe(pid_t pid)
{
	struct buf exe = BUF_INIT, text = BUF_INIT;
	bool nosuid = false;
	size_t best = 0;
	struct mount m;
	char link[64];
	char *next;

	if (!remote_any())
		return false;
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	next = io_readlink(AT_FDCWD, link, &exe) == 0 ? mount_info_read(pid, &text) : NULL;
	while (mount_info_next(&next, &m)) {
		/* the innermost that holds it, the last of those at one place */
		if (!path_is_under(exe.data, m.point) || strlen(m.point) < best)
			continue;
		best = strlen(m.point);
		nosuid = is_remote(m.type) && strstr(m.options, "nosuid");
	}
	buf_release(&text);
	buf_release(&exe);
	return nosuid;
}

bool
remote_guard(bool on)
{
	bool before = known.guarded;

	known.guarded = on;
	return before;
}
