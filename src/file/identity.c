/* By what an object is known again. */
#include "config.h"

#include "file/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/clock.h"
#include "file/fskind.h"

/* Of a file handle, which holds a generation beside the number: of all its bytes together, and below 0 (FNV-1a). */
static int64_t
sum_of_handle(const struct file_handle *handle)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (unsigned i = 0; i < handle->handle_bytes; i++)
		sum = (sum ^ handle->f_handle[i]) * 0x100000001b3;
	return (int64_t)(sum | (uint64_t)1 << 63);
}

/* name_to_handle_at(2) needs no privilege, and asks nobody who serves the file system. */
static int64_t
birth_by_handle(int fd)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} u = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount_id;

	return name_to_handle_at(fd, "", &u.handle, &mount_id, AT_EMPTY_PATH) == 0 ? sum_of_handle(&u.handle) : 0;
}

/* Overlayfs tells when an object was copied up, and the copy is the same object. */
int64_t
identity_birth_of(const struct statx *sx, int fd)
{
	enum fskind kind = fskind_of(fd, makedev(sx->stx_dev_major, sx->stx_dev_minor));

	if (kind != FS_FILES)
		return 0;
	if (sx->stx_mask & STATX_BTIME)
		return sx->stx_btime.tv_sec * NS_PER_SECOND + sx->stx_btime.tv_nsec;
	return birth_by_handle(fd);
}

/* statx(2) is answered by the layer that has the content (fs/overlayfs/inode.c, ovl_getattr()). */
int64_t
identity_overlay_birth(const struct statx *sx, bool *is_copy)
{
	int64_t birth = 0;

	if (sx->stx_mask & STATX_BTIME)
		birth = sx->stx_btime.tv_sec * NS_PER_SECOND + sx->stx_btime.tv_nsec;
	*is_copy = sx->stx_mtime.tv_sec * NS_PER_SECOND + sx->stx_mtime.tv_nsec < birth;
	return birth;
}

void
identity_stat_of(const struct statx *sx, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_dev = makedev(sx->stx_dev_major, sx->stx_dev_minor);
	st->st_rdev = makedev(sx->stx_rdev_major, sx->stx_rdev_minor);
	st->st_ino = sx->stx_ino;
	st->st_mode = sx->stx_mode;
	st->st_nlink = sx->stx_nlink;
	st->st_uid = sx->stx_uid;
	st->st_gid = sx->stx_gid;
	st->st_size = (off_t)sx->stx_size;
	st->st_blksize = (blksize_t)sx->stx_blksize;
	st->st_blocks = (blkcnt_t)sx->stx_blocks;
	st->st_atim = (struct timespec){ sx->stx_atime.tv_sec, sx->stx_atime.tv_nsec };
	st->st_mtim = (struct timespec){ sx->stx_mtime.tv_sec, sx->stx_mtime.tv_nsec };
	st->st_ctim = (struct timespec){ sx->stx_ctime.tv_sec, sx->stx_ctime.tv_nsec };
}

int
identity_stat(int fd, struct stat *st, int64_t *birth)
{
	struct statx sx;

	*birth = 0;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &sx) < 0)
		return fstat(fd, st);	/* some filters of containers refuse statx(2) */
	identity_stat_of(&sx, st);
	*birth = identity_birth_of(&sx, fd);
	return 0;
}

int
identity_stat_in(int dir_fd, const char *name, struct stat *st, int64_t *birth)
{
	enum fskind kind;
	struct statx sx;

	if (statx(dir_fd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS | STATX_BTIME, &sx) < 0)
		return -1;
	identity_stat_of(&sx, st);
	if (!(sx.stx_mask & STATX_BTIME) || !fskind_known(st->st_dev, &kind)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	*birth = identity_birth_of(&sx, -1);
	return 0;
}
