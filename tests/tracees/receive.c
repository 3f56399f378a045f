/*
 * Descriptors that come from a process outside of the trace, which setup leaves behind at a socket: by recvmsg, by
 * recvmmsg, peeked at, cut short, and taken with pidfd_getfd.  What arrives open for writing is `inherited`; what
 * arrives for reading is nothing.  And those that a child of the same run sends, whose open is in the record.
 */
#include "tracee.h"
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

enum { PATIENCE_S = 600, MOST = 3 };

/* What the sender sends, a message each. */
static const struct {
	const char *name[MOST];
	int flags[MOST];
} messages[] = {
	{ { "by-recvmsg" }, { O_WRONLY | O_APPEND } },
	{ { "one-of-three", "read-only", "unwritten" }, { O_RDWR, O_RDONLY, O_WRONLY } },
	{ { "by-recvmmsg-1" }, { O_WRONLY | O_TRUNC } },
	{ { "by-recvmmsg-2" }, { O_RDWR } },
	{ { "by-peek" }, { O_WRONLY } },
	{ { "room-for-one", "no-room" }, { O_WRONLY, O_WRONLY } },
};

enum { MESSAGES = sizeof(messages) / sizeof(*messages), GETFD = 150 };

static struct sockaddr_un address = { AF_UNIX, "socket" };

static bool
send_files(int to, const int *fds, size_t n)
{
	union {
		struct cmsghdr h;
		char room[CMSG_SPACE(MOST * sizeof(int))];
	} control;
	struct iovec data = { (char[]){ "x" }, 1 };
	struct msghdr m = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = CMSG_SPACE(n * sizeof(int)) };

	control.h = (struct cmsghdr){ .cmsg_len = CMSG_LEN(n * sizeof(int)), .cmsg_level = SOL_SOCKET,
				      .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.h), fds, n * sizeof(int));
	return sendmsg(to, &m, 0) == 1;
}

/* Never more than a minute behind the tracee, which may not come to the end. */
static void
sender(int listening)
{
	int to = accept(listening, NULL, NULL);
	char c;

	for (size_t i = 0; i < MESSAGES; i++) {
		int fd[MOST] = { 0 };
		size_t n = 0;

		for (; n < MOST && messages[i].name[n]; n++)
			fd[n] = open(messages[i].name[n], messages[i].flags[n] & ~O_TRUNC);
		if (!send_files(to, fd, n))
			_exit(99);
		while (n > 0)
			close(fd[--n]);
	}
	dup2(open("by-getfd", O_WRONLY | O_APPEND), GETFD);
	dup2(open("getfd-read", O_RDONLY), GETFD + 1);
	if (write(to, "g", 1) == 1 && read(to, &c, 1) == 1)
		_exit(0);
	_exit(99);
}

static void
setup(void)
{
	static const char *const more[] = { "by-getfd", "getfd-read", "from-child" };
	char text[32];
	int fd;
	pid_t pid;

	for (size_t i = 0; i < MESSAGES; i++) {
		for (size_t n = 0; n < MOST && messages[i].name[n]; n++)
			put_file(messages[i].name[n], "old content\n");
	}
	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
		put_file(more[i], "old content\n");
	fd = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
	must(bind(fd, (struct sockaddr *)&address, sizeof(address)));
	must(listen(fd, 1));
	pid = (pid_t)must(fork());
	if (pid == 0) {
		alarm(PATIENCE_S);
		setsid();
		for (int std = 0; std <= 2; std++)
			dup2(open("/dev/null", O_RDWR), std);
		sender(fd);
	}
	snprintf(text, sizeof(text), "%ld", (long)pid);
	put_file("sender.pid", text);
}

/* Room for the control data of each of two messages. */
static union {
	struct cmsghdr h;
	char room[CMSG_SPACE(MOST * sizeof(int))];
} control[2];
static char data[2];

static struct msghdr
prepared(int i, struct iovec *iov, size_t fds)
{
	*iov = (struct iovec){ &data[i], 1 };
	memset(&control[i], 0, sizeof(control[i]));
	return (struct msghdr){ .msg_iov = iov, .msg_iovlen = 1, .msg_control = &control[i],
				.msg_controllen = CMSG_LEN(fds * sizeof(int)) };
}

static int
arrived(int i, size_t which)
{
	int fd;

	if (control[i].h.cmsg_level != SOL_SOCKET || control[i].h.cmsg_type != SCM_RIGHTS ||
	    control[i].h.cmsg_len < CMSG_LEN((which + 1) * sizeof(int)))
		exit(99);
	memcpy(&fd, CMSG_DATA(&control[i].h) + which * sizeof(int), sizeof(fd));
	return fd;
}

static void
receive(int from, size_t fds, int flags)
{
	struct iovec iov;
	struct msghdr m = prepared(0, &iov, fds);

	if (must(recvmsg(from, &m, flags)) != 1)
		exit(99);
}

static void
by_recvmmsg(int from)
{
	struct iovec iov[2];
	struct mmsghdr m[2];
	long got;

	/* Both are there already, or the second one is waited for. */
	for (int i = 0; i < 2; i++)
		m[i] = (struct mmsghdr){ prepared(i, &iov[i], 1), 0 };
	got = must(recvmmsg(from, m, 2, MSG_WAITFORONE, NULL));
	if (got == 1)
		must(recvmsg(from, &m[1].msg_hdr, 0));
	must(ftruncate(arrived(0, 0), 4));
	must(write(arrived(1, 0), "NEW", 3));
}

static void
by_getfd(void)
{
	char text[32] = "";
	long pidfd;
	long fd;

	must(read((int)must(open("sender.pid", O_RDONLY)), text, sizeof(text) - 1));
	pidfd = syscall(SYS_pidfd_open, strtol(text, NULL, 10), 0);
	fd = pidfd < 0 ? -1 : syscall(SYS_pidfd_getfd, pidfd, GETFD, 0);
	if (fd < 0) {
		/* Another must let itself be traced for that; what is asked of the rest does not depend on it. */
		if (errno != ENOSYS && errno != EPERM)
			exit(99);
		return;
	}
	must(write((int)fd, "taken\n", 6));
	must(read((int)must(syscall(SYS_pidfd_getfd, pidfd, GETFD + 1, 0)), text, 1));
	ended(syscall(SYS_pidfd_getfd, pidfd, 12345, 0), "EBADF", "pidfd_getfd of none");
}

static void
from_child(void)
{
	int pair[2];
	pid_t pid;

	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	pid = (pid_t)must(fork());
	if (pid == 0) {
		int fd = (int)syscall(SYS_openat, AT_FDCWD, "from-child", O_WRONLY);

		_exit(fd >= 0 && send_files(pair[1], &fd, 1) ? 0 : 99);
	}
	reap(pid);
	row("open", "O_WRONLY", NULL, "from-child");
	receive(pair[0], 1, 0);
	must(write(arrived(0, 0), "NEW", 3));
}

static void
story(void)
{
	int from = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
	char c;

	must(connect(from, (struct sockaddr *)&address, sizeof(address)));

	receive(from, 1, 0);
	must(write(arrived(0, 0), "appended\n", 9));
	receive(from, 3, MSG_CMSG_CLOEXEC);
	must(pwrite(arrived(0, 0), "NEW", 3, 4));
	must(read(arrived(0, 1), &c, 1));
	by_recvmmsg(from);

	/* Looked at beforehand, and the descriptor is there. */
	receive(from, 1, MSG_PEEK);
	must(write(arrived(0, 0), "NEW", 3));
	receive(from, 0, 0);
	/* Room for one: the kernel drops the other. */
	receive(from, 1, 0);
	must(write(arrived(0, 0), "NEW", 3));

	must(read(from, &c, 1));
	by_getfd();
	must(write(from, "d", 1));
	from_child();
	/* Nothing is there: refused, and nothing arrived. */
	ended(recvmsg(12345, &(struct msghdr){ 0 }, 0), "EBADF", "recvmsg");
}
