/* What an object is at one moment. */
#include "config.h"

#include "file/state.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "file/identity.h"
#include "file/xattr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"

const char *const state_type_names[FILE_TYPE_COUNT] = {
	[FILE_REGULAR] = "file",
	[FILE_DIRECTORY] = "directory",
	[FILE_SYMLINK] = "symlink",
	[FILE_FIFO] = "fifo",
	[FILE_SOCKET] = "socket",
	[FILE_CHAR] = "char",
	[FILE_BLOCK] = "block",
};

enum file_type
state_type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return FILE_REGULAR;
	case S_IFDIR:
		return FILE_DIRECTORY;
	case S_IFLNK:
		return FILE_SYMLINK;
	case S_IFIFO:
		return FILE_FIFO;
	case S_IFSOCK:
		return FILE_SOCKET;
	case S_IFCHR:
		return FILE_CHAR;
	case S_IFBLK:
		return FILE_BLOCK;
	}
	return FILE_ABSENT;
}

/* Inode flags that people set; the others tell how a file system stores a file (linux/fs.h). */
#define USER_IFLAGS \
	(FS_SECRM_FL | FS_UNRM_FL | FS_COMPR_FL | FS_SYNC_FL | FS_IMMUTABLE_FL | FS_APPEND_FL | \
	 FS_NODUMP_FL | FS_NOATIME_FL | FS_NOCOMP_FL | FS_JOURNAL_DATA_FL | FS_NOTAIL_FL | \
	 FS_DIRSYNC_FL | FS_TOPDIR_FL | FS_NOCOW_FL | FS_PROJINHERIT_FL | FS_CASEFOLD_FL)

int
state_open(int fd)
{
	char number[16];
	int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int opened;

	snprintf(number, sizeof(number), "%d", fd);
	opened = openat(io_own_fds(), number, flags | O_NOATIME);
	if (opened < 0 && errno == EPERM)
		opened = openat(io_own_fds(), number, flags);	/* O_NOATIME is for the owner */
	return opened;
}

/*
 * A part of the state was not to be had.  A file system without such a thing has none, and what an ordinary user has
 * no right to see is left out; all else leaves the state in doubt.
 */
static void
note_unread(struct file_state *s, int error)
{
	if (error == 0 || error == ENOTTY || error == EOPNOTSUPP || error == ENOSYS || error == EINVAL || error == ENODATA ||
	    ((error == EACCES || error == EPERM) && geteuid() != 0))
		return;
	s->unread = (uint16_t)error;
}

static void
read_flags(int opened, struct file_state *out)
{
	int flags = 0;

	if (ioctl(opened, FS_IOC_GETFLAGS, &flags) < 0)
		note_unread(out, errno);
	else
		out->iflags = (uint32_t)flags & USER_IFLAGS;
}

static void
read_target(int fd, struct file_state *out)
{
	struct buf target = BUF_INIT;

	if (io_readlink(fd, "", &target) == 0)
		out->target = buf_detach(&target);
	else
		note_unread(out, errno);
	buf_release(&target);
}

void
state_of_stat(const struct stat *st, struct file_state *out)
{
	memset(out, 0, sizeof(*out));
	out->type = state_type_of(st->st_mode);
	out->mode = st->st_mode & 07777;
	out->uid = st->st_uid;
	out->gid = st->st_gid;
	out->mtime_ns = clock_ns(st->st_mtim);
	out->ctime_ns = clock_ns(st->st_ctim);
	out->dev = st->st_dev;
	out->ino = st->st_ino;
	out->nlink = st->st_nlink;
	if (out->type == FILE_REGULAR)
		out->size_bytes = st->st_size;
	if (out->type == FILE_CHAR || out->type == FILE_BLOCK)
		out->rdev = st->st_rdev;
}

/* fd is asked where opened, which can be read, is -1. */
static void
read_attributes(int fd, int opened, struct file_state *out)
{
	int error;

	if (opened >= 0)
		read_flags(opened, out);
	out->xattrs = xattr_pack(fd, opened, &out->xattrs_len, &error);
	note_unread(out, error);
}

/* *opened is left open for the caller, -1 where that is no regular file or directory or cannot be read. */
static void
state_opened(int fd, const struct stat *st, int64_t birth, struct file_state *out, int *opened)
{
	*opened = -1;
	state_of_stat(st, out);
	out->birth = birth;
	if (out->type == FILE_SYMLINK)
		read_target(fd, out);
	if (out->type == FILE_REGULAR || out->type == FILE_DIRECTORY) {
		*opened = state_open(fd);
		if (*opened < 0)
			note_unread(out, errno);
	}
	read_attributes(fd, *opened, out);
}

void
state_of(int fd, const struct stat *st, int64_t birth, struct file_state *out)
{
	int opened;

	state_opened(fd, st, birth, out, &opened);
	io_close(&opened);
}

/* *fd is an O_PATH descriptor, or -1 with errno. */
static void
state_by_path(int dirfd, const char *name, struct file_state *out, int *fd, int *opened)
{
	struct stat st;
	int64_t birth;

	memset(out, 0, sizeof(*out));
	*opened = -1;
	*fd = openat(dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0)
		return;
	if (identity_stat(*fd, &st, &birth) == 0) {
		state_opened(*fd, &st, birth, out, opened);
	} else {
		int saved = errno;

		io_close(fd);
		errno = saved;
	}
}

void
state_at(int dirfd, const char *name, struct file_state *out, int *fd)
{
	int opened;

	state_by_path(dirfd, name, out, fd, &opened);
	io_close(&opened);
}

/*
 * A regular file opened by its name at once, after a look at what it is: in half the time that it takes by way of an
 * O_PATH descriptor.  False where it is something else, or anything else stands in the way.
 */
static bool
state_of_file(int dirfd, const char *name, struct file_state *out, int *opened)
{
	static const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC;
	struct stat before, st;
	int64_t birth;

	if (fstatat(dirfd, name, &before, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(before.st_mode))
		return false;
	*opened = openat(dirfd, name, flags | O_NOATIME);
	if (*opened < 0 && errno == EPERM)
		*opened = openat(dirfd, name, flags);	/* O_NOATIME is for the owner */
	if (*opened < 0)
		return false;
	if (identity_stat(*opened, &st, &birth) < 0 || st.st_dev != before.st_dev || st.st_ino != before.st_ino) {
		io_close(opened);
		return false;
	}
	state_of_stat(&st, out);
	out->birth = birth;
	read_attributes(-1, *opened, out);
	return true;
}

bool
state_at_opened(int dirfd, const char *name, struct file_state *out, int *opened)
{
	int fd;

	memset(out, 0, sizeof(*out));
	*opened = -1;
	if (state_of_file(dirfd, name, out, opened))
		return true;
	state_by_path(dirfd, name, out, &fd, opened);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

int
state_digest(int fd, struct digester *d, struct file_state *out, struct err *e)
{
	int opened = state_open(fd);
	int rc;

	if (opened < 0)
		return err_system(e, "cannot open a file to read its content");
	rc = digest_fd(d, opened, &out->digest, NULL, e);
	close(opened);
	out->has_digest = rc == 0;
	return rc;
}

void
state_copy(struct file_state *to, const struct file_state *from)
{
	*to = *from;
	if (from->target)
		to->target = xstrdup(from->target);
	if (from->xattrs)
		to->xattrs = xmemdup(from->xattrs, from->xattrs_len);
}

void
state_release(struct file_state *s)
{
	free(s->target);
	free(s->xattrs);
	s->target = NULL;
	s->xattrs = NULL;
}
