/*
 * Our own root.  Nothing tells a process in a chroot where it is: every name that it is told begins at its
 * root.  But in a copy of its mount namespace its root is another directory, and of that one the kernel tells
 * the whole name.  So a child takes a copy (unshare(2), CLONE_NEWNS), and we read its link; there it also
 * mounts its root once more, so that its mountinfo says on which file system that lies, and where.
 */
#include "config.h"

#include "mount/own_root.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/processor.h"
#include "mount/mounts.h"

/* A fact that holds as long as this process does, asked for once: nobody can tell whether it had been. */
static bool asked;
static char *prefix;	/* NULL: not known, or "/" */
static char *device, *place;

/* In the child.  /proc is made private first: what is mounted on it must be seen by nobody else. */
static void __attribute__((noreturn))
stand_in(int say_fd, int wait_fd)
{
	char byte = 0;

	processor_ordinary(0);
	if (unshare(CLONE_NEWNS) < 0)
		_exit(1);
	if (mount(NULL, "/proc", NULL, MS_PRIVATE, NULL) == 0)
		byte = mount("/", "/proc", NULL, MS_BIND, NULL) == 0;
	(void)!io_write_full(say_fd, &byte, 1);
	(void)!read(wait_fd, &byte, 1);		/* until we have looked */
	_exit(0);
}

static void
look_at(pid_t pid, bool mounted)
{
	struct buf root = BUF_INIT;
	char link[64];

	snprintf(link, sizeof(link), "/proc/%d/root", (int)pid);
	if (io_readlink(AT_FDCWD, link, &root) == 0 && root.data[0] == '/' && root.data[1] != '\0')
		prefix = xstrdup(root.data);
	buf_release(&root);
	if (prefix && mounted)
		mounts_find(pid, "/proc", &device, &place);
}

static void
ask(void)
{
	int say[2] = { -1, -1 }, wait[2] = { -1, -1 };
	pid_t pid = -1;
	char mounted;

	asked = true;
	if (pipe2(say, O_CLOEXEC) == 0 && pipe2(wait, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0) {
		close(say[0]);
		close(wait[1]);
		stand_in(say[1], wait[0]);
	}
	io_close(&say[1]);
	if (pid > 0 && io_read_full(say[0], &mounted, 1) == 1)
		look_at(pid, mounted);
	io_close(&say[0]);
	io_close(&wait[0]);
	io_close(&wait[1]);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
}

struct own_root
own_root(void)
{
	if (!asked)
		ask();
	return (struct own_root){ device, place };
}

char *
own_root_strip(const char *name)
{
	if (!asked)
		ask();
	return prefix && path_is_under(name, prefix) ? path_rebase(name, prefix, "/") : NULL;
}
