/*
 * A thread with mounts of its own: what it binds and unbinds leads its paths elsewhere, which is no race, and the other
 * thread's stay as they are.
 */
#include "tracee.h"
#include "own-mounts.h"
#include <pthread.h>

static void
setup(void)
{
	must(mkdir("source", 0755));
	put_file("source/file", "old");
	must(mkdir("bound", 0755));
	put_file("bound/file", "covered");
	if (geteuid() != 0)
		skip("a mount namespace needs root");
}

static void *
bind_and_write(void *arg)
{
	long fd;

	own_mounts();
	for (int i = 0; i < 3; i++) {
		must(mount("source", "bound", NULL, MS_BIND, NULL));
		fd = must(syscall(SYS_openat, AT_FDCWD, "bound/file", O_WRONLY | O_TRUNC));
		must(write((int)fd, "new", 3));
		must(close((int)fd));
		must(chmod("bound/file", 0600));
		must(umount("bound"));
	}
	return arg;
}

static void
story(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, bind_and_write, NULL) != 0)
		exit(99);
	pthread_join(thread, NULL);
	must(chmod("bound/file", 0640));
}
