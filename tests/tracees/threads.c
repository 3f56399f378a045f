/* A hundred threads, each with files of its own, and one file that all of them open. */
#include "tracee.h"
#include <pthread.h>

enum { THREADS = 100 };

static void
setup(void)
{
	put_file("shared", "0");
}

static void *
work(void *arg)
{
	char name[32];
	long fd;

	snprintf(name, sizeof(name), "thread-%ld", (long)(intptr_t)arg);
	fd = must(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL, 0644));
	must(write((int)fd, name, strlen(name)));
	must(close((int)fd));
	fd = must(syscall(SYS_openat, AT_FDCWD, "shared", O_WRONLY | O_APPEND));
	must(write((int)fd, "1", 1));
	must(close((int)fd));
	return NULL;
}

static void
story(void)
{
	pthread_t thread[THREADS];
	char name[32];

	for (intptr_t i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], NULL, work, (void *)i) != 0)
			exit(99);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		snprintf(name, sizeof(name), "thread-%d", i);
		row("create", "O_WRONLY|O_CREAT|O_EXCL", NULL, name);
	}
	row("open", "O_WRONLY|O_APPEND", NULL, "shared");
}
