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
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "mount/info.h"
#include "file/open.h"

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

struct remote_mounts {
	int changes_fd;		/* our mountinfo, for poll(2); -1: not read yet */
	int64_t polled_ns;
	uint64_t *ids;		/* of such mounts, sorted.  One that is gone stays: it does no harm. */
	size_t n_ids;
	uint64_t *others;	/* devices of mounts that are none, sorted; none is taken away either */
	size_t n_others;
	char **points;		/* in our own view */
	size_t n_points;
	char **silent;		/* those of them from which no answer came */
	size_t n_silent;
};

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
is_remote_id(const struct remote_mounts *r, uint64_t id)
{
	size_t at;

	return list_find(&id, r->ids, r->n_ids, sizeof(id), compare_ids, &at);
}

static void
add_number(uint64_t **numbers, size_t *n, uint64_t number)
{
	size_t at;

	if (list_find(&number, *numbers, *n, sizeof(number), compare_ids, &at))
		return;
	*numbers = list_insert(*numbers, *n, sizeof(number), at, &number);
	++*n;
}

static uint64_t
device_number(unsigned major, unsigned minor)
{
	return (uint64_t)major << 32 | minor;
}

static void
add_other_device(struct remote_mounts *r, const char *device)
{
	unsigned major, minor;

	if (sscanf(device, "%u:%u", &major, &minor) == 2)
		add_number(&r->others, &r->n_others, device_number(major, minor));
}

static void
read_mounts(struct remote_mounts *r, pid_t tid)
{
	struct buf text = BUF_INIT;
	char *next = mount_info_read(tid, &text);
	struct mount m;

	while (mount_info_next(&next, &m)) {
		if (!is_remote(m.type)) {
			add_other_device(r, m.device);
			continue;
		}
		add_number(&r->ids, &r->n_ids, m.id);
		if (tid == 0)
			*LIST_ADD(r->points, r->n_points) = xstrdup(m.point);
	}
	buf_release(&text);
}

static void
free_points(char **points, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(points[i]);
	free(points);
}

static void
read_own(struct remote_mounts *r)
{
	free_points(r->points, r->n_points);
	r->points = NULL;
	r->n_points = 0;
	read_mounts(r, 0);
}

struct remote_mounts *
remote_new(void)
{
	struct remote_mounts *r = xcalloc(1, sizeof(*r));

	r->changes_fd = -1;
	return r;
}

void
remote_free(struct remote_mounts *r)
{
	if (!r)
		return;
	io_close(&r->changes_fd);
	free(r->ids);
	free(r->others);
	free_points(r->points, r->n_points);
	free_points(r->silent, r->n_silent);
	free(r);
}

/* The kernel says by POLLERR and POLLPRI that something was mounted or unmounted (proc(5)). */
bool
remote_refresh(struct remote_mounts *r)
{
	struct pollfd p = { .fd = r ? r->changes_fd : -1, .events = POLLPRI };
	int64_t now;

	if (!r)
		return false;
	now = clock_monotonic_ns();
	if (r->changes_fd < 0) {
		r->changes_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
		r->polled_ns = now;
		read_own(r);
		return true;
	}
	if (now - r->polled_ns < POLL_NS)
		return false;
	r->polled_ns = now;
	if (poll(&p, 1, 0) <= 0)
		return false;
	read_own(r);
	return true;
}

bool
remote_read(struct remote_mounts *r, pid_t tid)
{
	bool changed;

	if (!r)
		return false;
	r->polled_ns = 0;
	changed = remote_refresh(r);
	read_mounts(r, tid);
	return changed;
}

bool
remote_any(const struct remote_mounts *r)
{
	return r && r->n_ids > 0;
}

bool
remote_serves_device(const struct remote_mounts *r, unsigned major, unsigned minor)
{
	uint64_t number = device_number(major, minor);
	size_t at;

	return r && !list_find(&number, r->others, r->n_others, sizeof(number), compare_ids, &at);
}

/* Which mount a descriptor is on; no file system is asked for it (proc(5), /proc/pid/fdinfo/). */
static bool
is_on_remote(const struct remote_mounts *r, const char *fdinfo)
{
	struct buf info = BUF_INIT;
	const char *at = NULL;
	bool remote;

	if (io_read_file(fdinfo, &info, 65536) == 0)
		at = strstr(info.data, "mnt_id:");
	remote = at && is_remote_id(r, strtoull(at + strlen("mnt_id:"), NULL, 10));
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
remote_fd(const struct remote_mounts *r, int fd)
{
	char path[64];
	uint64_t id;

	if (!remote_any(r) || fd < 0)
		return false;
	if (mount_of(fd, &id))
		return is_remote_id(r, id);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return is_on_remote(r, path);
}

bool
remote_fd_of(const struct remote_mounts *r, pid_t tid, int fd)
{
	char path[64];

	if (!remote_any(r) || fd < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", (int)tid, fd);
	return is_on_remote(r, path);
}

/* The mount point that covers a path; NULL if there is none. */
static const char *
point_above(char *const *points, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++) {
		if (path_is_under(path, points[i]))
			return points[i];
	}
	return NULL;
}

bool
remote_covers(const struct remote_mounts *r, const char *path)
{
	return r && point_above(r->points, r->n_points, path);
}

void
remote_note_silent(struct remote_mounts *r, const char *path)
{
	const char *point = r ? point_above(r->points, r->n_points, path) : NULL;

	if (point)
		*LIST_ADD(r->silent, r->n_silent) = xstrdup(point);
}

bool
remote_is_silent(const struct remote_mounts *r, const char *path)
{
	return r && point_above(r->silent, r->n_silent, path);
}

int
remote_open(const struct remote_mounts *r, const char *path, int flags)
{
	if (!remote_covers(r, path))
		return open_canonical(path, flags);
	errno = EREMOTE_MOUNT;
	return -1;
}

int
remote_open_parent(const struct remote_mounts *r, const char *path)
{
	char *dir = xstrndup(path, path_dir_len(path));
	int fd = remote_open(r, dir, O_PATH | O_DIRECTORY);
	int saved = errno;

	free(dir);
	errno = saved;
	return fd;
}

int
remote_lstat(const struct remote_mounts *r, const char *path, struct stat *st)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS,
	};
	int fd, rc, saved;

	if (!remote_any(r))
		return lstat(path, st);
	if (remote_covers(r, path)) {
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
remote_is_nosuid_exe(const struct remote_mounts *r, pid_t pid)
{
	struct buf exe = BUF_INIT, text = BUF_INIT;
	bool nosuid = false;
	size_t best = 0;
	struct mount m;
	char link[64];
	char *next;

	if (!remote_any(r))
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
