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
#include <sys/xattr.h>
#include <unistd.h>

#include "mount/remote_look.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "mount/remote.h"

/* Inode flags that people set; the others tell how a file system stores a file (linux/fs.h). */
#define USER_IFLAGS \
	(FS_SECRM_FL | FS_UNRM_FL | FS_COMPR_FL | FS_SYNC_FL | FS_IMMUTABLE_FL | FS_APPEND_FL | \
	 FS_NODUMP_FL | FS_NOATIME_FL | FS_NOCOMP_FL | FS_JOURNAL_DATA_FL | FS_NOTAIL_FL | \
	 FS_DIRSYNC_FL | FS_TOPDIR_FL | FS_NOCOW_FL | FS_PROJINHERIT_FL | FS_CASEFOLD_FL)

/* Where extended attributes are: an O_PATH descriptor has them by its link alone. */
struct attributed {
	int opened;		/* -1: there is none to be read */
	char link[32];
};

int
state_open(int fd)
{
	char number[16];
	int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	const struct sight *sight = afar_sight(fd);
	int opened;

	if (sight && !sight->has_content) {
		errno = EREMOTE_MOUNT;
		return -1;
	}
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
	    error == EREMOTE_MOUNT || ((error == EACCES || error == EPERM) && geteuid() != 0))
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

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names as an array into list, sorted: file systems give them in any order. */
static size_t
sort_names(char *list, size_t len, const char ***names)
{
	size_t n = 0;

	*names = xcalloc(len / 2 + 1, sizeof(**names));
	for (char *p = list; p < list + len; p += strlen(p) + 1)
		(*names)[n++] = p;
	qsort(*names, n, sizeof(**names), compare_names);
	return n;
}

static ssize_t
list_names(const struct attributed *a, char *list, size_t size)
{
	return a->opened >= 0 ? flistxattr(a->opened, list, size) : listxattr(a->link, list, size);
}

/* 0, or an errno. */
static int
pack_one(const struct attributed *a, const char *name, struct buf *out)
{
	char value[65536];	/* XATTR_SIZE_MAX */
	ssize_t len = a->opened >= 0 ? fgetxattr(a->opened, name, value, sizeof(value))
				     : getxattr(a->link, name, value, sizeof(value));
	uint32_t value_len;

	if (len < 0)
		return errno;
	value_len = (uint32_t)len;
	buf_add(out, name, strlen(name) + 1);
	buf_add(out, &value_len, sizeof(value_len));
	buf_add(out, value, value_len);
	return 0;
}

/* *error is 0, or what kept us from reading them all. */
static void *
pack(int fd, int opened, size_t *len, int *error)
{
	struct attributed a = { .opened = opened };
	struct buf out = BUF_INIT;
	const char **names;
	char small[256];
	char *list = small;
	ssize_t size;
	size_t n;

	*len = 0;
	*error = 0;
	if (opened < 0)
		snprintf(a.link, sizeof(a.link), "/proc/self/fd/%d", fd);
	size = list_names(&a, small, sizeof(small));
	if (size < 0 && errno == ERANGE) {
		list = xmalloc(65536);	/* XATTR_LIST_MAX */
		size = list_names(&a, list, 65536);
	}
	if (size < 0)
		*error = errno;
	if (size > 0) {
		n = sort_names(list, (size_t)size, &names);
		for (size_t i = 0; i < n; i++) {
			int failed = pack_one(&a, names[i], &out);

			*error = failed ? failed : *error;
		}
		free(names);
	}
	if (list != small)
		free(list);
	if (out.len == 0) {
		buf_release(&out);
		return NULL;
	}
	*len = out.len;
	return buf_detach(&out);
}

void *
xattr_pack(int fd, size_t *len)
{
	int error;

	return pack(fd, -1, len, &error);
}

bool
xattr_next(const void *block, size_t block_len, size_t *at, const char **name,
	   const void **value, size_t *value_len)
{
	size_t left = block_len - *at;
	size_t name_len;
	const char *p;
	uint32_t len;

	if (left == 0)
		return false;
	p = (const char *)block + *at;
	name_len = strnlen(p, left);
	if (name_len + 1 + sizeof(len) > left)
		return false;
	memcpy(&len, p + name_len + 1, sizeof(len));
	if (len > left - name_len - 1 - sizeof(len))
		return false;
	*name = p;
	*value = p + name_len + 1 + sizeof(len);
	*value_len = len;
	*at += name_len + 1 + sizeof(len) + len;
	return true;
}

bool
xattr_is_acl(const char *name)
{
	return strcmp(name, "system.posix_acl_access") == 0 ||
	       strcmp(name, "system.posix_acl_default") == 0;
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

/* What stat tells. */
static void
state_of_stat(const struct stat *st, struct file_state *out)
{
	memset(out, 0, sizeof(*out));
	out->type = file_type_of(st->st_mode);
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
	out->xattrs = pack(fd, opened, &out->xattrs_len, &error);
	note_unread(out, error);
}

/* *opened is left open for the caller, -1 where that is no regular file or directory or cannot be read. */
static void
state_opened(int fd, const struct stat *st, struct file_state *out, int *opened)
{
	const struct sight *sight = afar_sight(fd);

	*opened = -1;
	if (sight) {
		state_copy(out, &sight->state);
		return;
	}
	state_of_stat(st, out);
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
state_of(int fd, const struct stat *st, struct file_state *out)
{
	int opened;

	state_opened(fd, st, out, &opened);
	io_close(&opened);
}

/* *fd is an O_PATH descriptor, or -1 with errno. */
static void
state_by_path(int dirfd, const char *name, struct file_state *out, int *fd, int *opened)
{
	struct stat st;

	memset(out, 0, sizeof(*out));
	*opened = -1;
	*fd = openat(dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0)
		return;
	if (fstat(*fd, &st) == 0) {
		state_opened(*fd, &st, out, opened);
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

	if (dirfd == AT_FDCWD && remote_covers(name)) {
		memset(out, 0, sizeof(*out));
		*fd = -1;
		errno = EREMOTE_MOUNT;
		return;
	}
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

	if (fstatat(dirfd, name, &before, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(before.st_mode))
		return false;
	*opened = openat(dirfd, name, flags | O_NOATIME);
	if (*opened < 0 && errno == EPERM)
		*opened = openat(dirfd, name, flags);	/* O_NOATIME is for the owner */
	if (*opened < 0)
		return false;
	if (fstat(*opened, &st) < 0 || st.st_dev != before.st_dev || st.st_ino != before.st_ino) {
		io_close(opened);
		return false;
	}
	state_of_stat(&st, out);
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
