/* Reading and writing whole things. */
#include "config.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

/* io_own_fds(): the process's own, as its descriptors are; nobody can tell whether it was there already. */
static int own_fds = -1;

int
io_write_full(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
io_pwrite_full(int fd, const void *bytes, size_t len, off_t at)
{
	const char *p = bytes;

	while (len > 0) {
		ssize_t n = pwrite(fd, p, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t
io_read_full(int fd, void *bytes, size_t len)
{
	char *p = bytes;
	size_t got = 0;

	while (got < len) {
		ssize_t n = read(fd, p + got, len - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

int
io_read_all(int fd, struct buf *out, size_t limit)
{
	size_t start = out->len;

	for (;;) {
		ssize_t n;

		buf_reserve(out, 4096);
		n = read(fd, out->data + out->len, out->cap - out->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			return 0;
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len - start > limit) {
			errno = EFBIG;
			return -1;
		}
	}
}

int
io_read_file(const char *path, struct buf *out, size_t limit)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int saved;
	int rc;

	if (fd < 0)
		return -1;
	rc = io_read_all(fd, out, limit);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

int
io_readlink(int dirfd, const char *name, struct buf *out)
{
	size_t room = 256;

	for (;;) {
		ssize_t n;

		buf_reserve(out, room);
		n = readlinkat(dirfd, name, out->data + out->len, room);
		if (n < 0)
			return -1;
		if ((size_t)n < room) {
			out->len += (size_t)n;
			out->data[out->len] = '\0';
			return 0;
		}
		room *= 2;
	}
}

const char *
io_fd_link(char room[IO_FD_ROOM], int fd)
{
	unsigned rest = fd < 0 ? -(unsigned)fd : (unsigned)fd;
	char *at = room + IO_FD_ROOM;

	*--at = '\0';
	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (fd < 0)
		*--at = '-';
	*--at = '/';
	*--at = 'd';
	*--at = 'f';
	return at;
}

const char *
io_fd_name(char room[IO_FD_ROOM], int fd)
{
	return io_fd_link(room, fd) + 3;
}

/* A child's descriptors are others; it inherits this one, which is not worth a call to close it. */
static void
forget_own_fds(void)
{
	own_fds = -1;
}

int
io_own_fds(void)
{
	static bool watching;

	if (!watching)
		watching = pthread_atfork(NULL, NULL, forget_own_fds) == 0;
	if (own_fds < 0)
		own_fds = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return own_fds;
}

bool
io_means_absent(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG;
}

int
io_sync_directory(int at_fd, const char *name)
{
	int fd = openat(at_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);
	int saved = errno;

	io_close(&fd);
	errno = saved;
	return rc;
}

/* The least of keep that is not below from; -1 if there is none. */
static int
least_from(int from, const int *keep, size_t n)
{
	int least = -1;

	for (size_t i = 0; i < n; i++) {
		if (keep[i] >= from && (least < 0 || keep[i] < least))
			least = keep[i];
	}
	return least;
}

void
io_close_from(int first, const int *keep, size_t n)
{
	int next;

	own_fds = -1;
	while ((next = least_from(first, keep, n)) >= 0) {
		if (next > first)
			close_range((unsigned)first, (unsigned)next - 1, 0);
		first = next + 1;
	}
	close_range((unsigned)first, ~0U, 0);
}

void
io_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
