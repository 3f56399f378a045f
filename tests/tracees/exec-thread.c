/*
 * exec from a thread that is not the leader, while other threads are busy: the kernel ends them all, and the
 * thread comes out with the leader's id.
 */
#include "tracee.h"
#include <pthread.h>

static void
setup(void)
{
}

static void *
busy(void *arg)
{
	for (;;)
		must(syscall(SYS_close, must(syscall(SYS_openat, AT_FDCWD, "busy", O_WRONLY | O_CREAT, 0644))));
	return arg;
}

static void *
exec_here(void *arg)
{
	must(execl("/bin/sh", "sh", "-c", "echo x >after-exec", (char *)NULL));
	return arg;
}

static void
story(void)
{
	pthread_t thread;

	must(close((int)must(syscall(SYS_openat, AT_FDCWD, "busy", O_WRONLY | O_CREAT, 0644))));
	row("create", "O_WRONLY|O_CREAT", NULL, "busy");
	row("open", "O_WRONLY|O_CREAT", NULL, "busy");
	row("create", "O_WRONLY|O_CREAT|O_TRUNC", NULL, "after-exec");
	/* The busy threads have come as far as they come when the exec happens. */
	for (int i = 0; i < 4; i++) {
		if (pthread_create(&thread, NULL, busy, NULL) != 0)
			exit(99);
	}
	must(syscall(SYS_close, must(syscall(SYS_openat, AT_FDCWD, "busy", O_WRONLY | O_CREAT, 0644))));
	if (pthread_create(&thread, NULL, exec_here, NULL) != 0)
		exit(99);
	pthread_exit(NULL);
}
