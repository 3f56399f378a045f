/*
 * A process of the run that writes to x and then keeps hold of it, or lets it go, while others work beside the run.
 *
 *   holder KIND hold|release READY GO
 *
 * KIND is map: a shared writable mapping; received: a descriptor that another process of the run has opened and sent;
 * daemon: the log of one that outlives the command in a session of its own.  When it has written (and let go) it makes
 * the file marker, says so to the FIFO READY, and ends after a line from the FIFO GO.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char text[] = "ours, and of another length\n";

/* --- the ways to have x --- */

static int
write_mapped(bool hold)
{
	int fd = open("x", O_RDWR | O_TRUNC);
	size_t len = sizeof(text) - 1;
	char *at;

	if (fd < 0 || ftruncate(fd, (off_t)len) != 0)
		return -1;
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return -1;
	memcpy(at, text, len);
	return hold ? 0 : munmap(at, len);
}

static int
write_opened(int fd, bool hold)
{
	if (fd < 0 || write(fd, text, sizeof(text) - 1) != (ssize_t)sizeof(text) - 1)
		return -1;
	return hold ? 0 : close(fd);
}

union control {
	struct cmsghdr h;
	char room[CMSG_SPACE(sizeof(int))];
};

static int
send_x(int to)
{
	int fd = open("x", O_WRONLY | O_TRUNC);
	union control control = { .h = { .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	struct iovec data = { (char[]){ "x" }, 1 };
	struct msghdr m = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };

	memcpy(CMSG_DATA(&control.h), &fd, sizeof(fd));
	return fd >= 0 && sendmsg(to, &m, 0) == 1 ? 0 : -1;
}

static int
receive_x(int from)
{
	union control control;
	char byte;
	struct iovec data = { &byte, 1 };
	struct msghdr m = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	int fd;

	if (recvmsg(from, &m, 0) != 1 || m.msg_controllen < CMSG_LEN(sizeof(int)))
		return -1;
	memcpy(&fd, CMSG_DATA(&control.h), sizeof(fd));
	return fd;
}

/* The one who has opened it has ended before it is written to. */
static int
write_received(bool hold)
{
	int pair[2], fd, status;
	pid_t sender;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
		return -1;
	sender = fork();
	if (sender == 0)
		_exit(send_x(pair[1]) == 0 ? 0 : 1);
	fd = receive_x(pair[0]);
	if (sender < 0 || waitpid(sender, &status, 0) != sender || status != 0)
		return -1;
	return write_opened(fd, hold);
}

/* --- the story --- */

static int
tell_and_wait(const char *ready, const char *go)
{
	char line[16];
	int fd = open("marker", O_WRONLY | O_CREAT, 0644);

	if (fd < 0 || close(fd) != 0)
		return -1;
	fd = open(ready, O_WRONLY);
	if (fd < 0 || write(fd, "ready\n", 6) != 6 || close(fd) != 0)
		return -1;
	fd = open(go, O_RDONLY);
	return fd >= 0 && read(fd, line, sizeof(line)) > 0 ? 0 : -1;
}

static int
become_daemon(void)
{
	pid_t child = fork();

	if (child != 0) {
		if (child > 0)
			waitpid(child, NULL, 0);
		_exit(child > 0 ? 0 : 1);
	}
	if (setsid() < 0 || chdir(".") != 0)
		return -1;
	child = fork();
	if (child != 0)
		_exit(child > 0 ? 0 : 1);
	return 0;
}

static int
write_as(const char *kind, bool hold)
{
	if (strcmp(kind, "map") == 0)
		return write_mapped(hold);
	if (strcmp(kind, "received") == 0)
		return write_received(hold);
	if (strcmp(kind, "daemon") == 0 && become_daemon() == 0)
		return write_opened(open("x", O_WRONLY | O_APPEND), hold);
	return -1;
}

int
main(int argc, char **argv)
{
	if (argc != 5 || write_as(argv[1], strcmp(argv[2], "hold") == 0) != 0)
		return 99;
	return tell_and_wait(argv[3], argv[4]) == 0 ? 0 : 99;
}
