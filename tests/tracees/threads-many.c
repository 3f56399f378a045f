/* Four hundred threads alive at once, all of them busy at the same moment, some in directories of their own. */
#include "tracee.h"
#include <pthread.h>
#include <sched.h>

enum { THREADS = 400 };

static pthread_barrier_t together;

static void
setup(void)
{
	char name[32];

	must(mkdir("own", 0755));
	for (int i = 0; i < THREADS; i += 8) {
		snprintf(name, sizeof(name), "own/%d", i);
		must(mkdir(name, 0755));
	}
}

static void
touch(const char *prefix, int i)
{
	char name[64];

	snprintf(name, sizeof(name), "%s-%d", prefix, i);
	long fd = must(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL, 0644));

	must(write((int)fd, name, strlen(name)));
	must(close((int)fd));
}

static void *
work(void *arg)
{
	int i = (int)(intptr_t)arg;
	char from[64];
	char to[64];

	pthread_barrier_wait(&together);
	/* A thread may have a working directory of its own. */
	if (i % 8 == 0) {
		snprintf(from, sizeof(from), "own/%d", i);
		must(unshare(CLONE_FS));
		must(chdir(from));
		touch("in-own", i);
		return NULL;
	}
	touch("file", i);
	snprintf(from, sizeof(from), "file-%d", i);
	snprintf(to, sizeof(to), "moved-%d", i);
	if (i % 8 < 3)
		must(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
	else if (i % 8 < 5)
		must(syscall(SYS_unlinkat, AT_FDCWD, from, 0));
	return NULL;
}

static void
expect(int i)
{
	char from[64];
	char to[64];

	if (i % 8 == 0) {
		snprintf(from, sizeof(from), "own/%d/in-own-%d", i, i);
		row("create", "O_WRONLY|O_CREAT|O_EXCL", NULL, from);
		return;
	}
	snprintf(from, sizeof(from), "file-%d", i);
	snprintf(to, sizeof(to), "moved-%d", i);
	row("create", "O_WRONLY|O_CREAT|O_EXCL", NULL, from);
	if (i % 8 < 3) {
		row("rename", NULL, NULL, from);
		row("rename", NULL, NULL, to);
	} else if (i % 8 < 5) {
		row("unlink", NULL, NULL, from);
	}
}

static void
story(void)
{
	static pthread_t thread[THREADS];
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 128 * 1024);
	pthread_barrier_init(&together, NULL, THREADS);
	for (intptr_t i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], &small, work, (void *)i) != 0)
			skip("not so many threads here");
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		expect(i);
	}
}
