/* The sockets of a tracee. */
#include "config.h"

#include "trace/tracee_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

/* Since Linux 6.9 a pidfd can be a thread's (include/uapi/linux/pidfd.h). */
#define OF_THREAD O_EXCL

/*
 * A thread may have descriptors of its own.  Before Linux 6.9 only the process's leader can be asked; whether
 * what it has is the same, the inode tells.
 */
static int
open_pidfd(const struct tracee *t, bool *is_own)
{
	int fd;

	*is_own = true;
	if (t->tid == t->process->pid)
		return (int)syscall(SYS_pidfd_open, t->tid, 0);
	fd = (int)syscall(SYS_pidfd_open, t->tid, OF_THREAD);
	if (fd >= 0)
		return fd;
	*is_own = false;
	return (int)syscall(SYS_pidfd_open, t->process->pid, 0);
}

static bool
is_same(const struct tracee *t, int fd, int ours)
{
	char path[64];
	struct stat theirs, own;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)t->tid, fd);
	return stat(path, &theirs) == 0 && fstat(ours, &own) == 0 && theirs.st_dev == own.st_dev &&
	       theirs.st_ino == own.st_ino;
}

int
tracee_socket_borrow(const struct tracee *t, int fd)
{
	bool is_own;
	int pidfd = open_pidfd(t, &is_own);
	int ours, why;

	if (pidfd < 0)
		return -1;
	ours = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	why = errno;
	close(pidfd);
	if (ours >= 0 && !is_own && !is_same(t, fd, ours)) {
		io_close(&ours);
		why = EPERM;
	}
	errno = why;
	return ours;
}

bool
tracee_socket_kind(const struct tracee *t, int fd, struct socket_kind *kind)
{
	const struct {
		int option;
		int *value;
	} asked[] = {
		{ SO_DOMAIN, &kind->family },
		{ SO_TYPE, &kind->type },
		{ SO_PROTOCOL, &kind->protocol },
	};
	int ours = tracee_socket_borrow(t, fd);
	bool is_socket = ours >= 0;

	*kind = (struct socket_kind){ -1, -1, -1 };
	for (size_t i = 0; is_socket && i < ARRAY_SIZE(asked); i++) {
		socklen_t len = sizeof(int);

		is_socket = getsockopt(ours, SOL_SOCKET, asked[i].option, asked[i].value, &len) == 0;
	}
	if (ours >= 0) {
		int why = errno;

		close(ours);
		errno = why;
	}
	return is_socket;
}

bool
tracee_in_our_network(const struct tracee *t)
{
	char path[64];
	struct stat theirs, own;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)t->tid);
	return stat(path, &theirs) == 0 && stat("/proc/self/ns/net", &own) == 0 &&
	       theirs.st_dev == own.st_dev && theirs.st_ino == own.st_ino;
}
