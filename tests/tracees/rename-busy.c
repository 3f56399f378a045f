/*
 * A directory goes to and fro between two names while other threads create, write and remove in it, by a descriptor
 * of it and by either name.  Which calls find their path nobody can foretell: no rows are printed, but `changes`
 * must be right.
 */
#include "tracee.h"
#include <pthread.h>
#include <stdatomic.h>

enum { TURNS = 150, ROUNDS = 60 };

static atomic_bool done;

static void
setup(void)
{
	char name[32];

	must(mkdir("here", 0755));
	must(mkdir("here/sub", 0755));
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "here/%sold-%d", i % 2 ? "sub/" : "", i);
		put_file(name, name);
	}
}

static void *
to_and_fro(void *arg)
{
	for (int i = 0; i < TURNS || !atomic_load(&done); i++) {
		must(rename("here", "there"));
		must(rename("there", "here"));
	}
	must(rename("here", "there"));
	return arg;
}

/* The descriptor goes with the directory: nothing here may fail. */
static void *
by_descriptor(void *arg)
{
	int dir = *(int *)arg;
	char name[32];

	for (int i = 0; i < ROUNDS; i++) {
		snprintf(name, sizeof(name), "fd-%d", i);
		int fd = (int)must(openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0644));

		must(write(fd, name, strlen(name)));
		must(close(fd));
		if (i % 3 == 0)
			must(unlinkat(dir, name, 0));
		if (i % 3 == 1) {
			must(renameat(dir, name, dir, "fd-moved"));
			must(fchmodat(dir, "fd-moved", 0600, 0));
		}
	}
	for (int i = 0; i < 10; i += 2) {
		snprintf(name, sizeof(name), "old-%d", i);
		int fd = (int)must(openat(dir, name, O_WRONLY | O_APPEND));

		must(write(fd, "+", 1));
		must(close(fd));
	}
	must(unlinkat(dir, "old-10", 0));
	must(mkdirat(dir, "made", 0755));
	must(unlinkat(dir, "sub/old-1", 0));
	return NULL;
}

static bool
missed(long rc)
{
	if (rc < 0 && errno != ENOENT) {
		perror("by path");
		exit(99);
	}
	return rc < 0;
}

/* By a name that may be the other one just now. */
static void *
by_path(void *arg)
{
	static const char *const dirs[] = { "here", "there" };
	char name[64];

	for (int i = 0; i < ROUNDS; i++) {
		const char *dir = dirs[i % 2];

		snprintf(name, sizeof(name), "%s/path-%d", dir, i);
		int fd = open(name, O_WRONLY | O_CREAT, 0644);

		if (missed(fd))
			continue;
		must(write(fd, name, strlen(name)));
		must(close(fd));
		if (i % 4 == 0)
			missed(unlink(name));
		if (i % 4 == 1)
			missed(chmod(name, 0600));
		if (i % 4 == 2)
			missed(truncate(name, 3));
	}
	return arg;
}

static void
story(void)
{
	pthread_t mover, fd_thread, path_thread;
	int dir = (int)must(open("here", O_RDONLY | O_DIRECTORY));

	if (pthread_create(&mover, NULL, to_and_fro, NULL) != 0 ||
	    pthread_create(&fd_thread, NULL, by_descriptor, &dir) != 0 ||
	    pthread_create(&path_thread, NULL, by_path, NULL) != 0)
		exit(99);
	pthread_join(fd_thread, NULL);
	pthread_join(path_thread, NULL);
	atomic_store(&done, true);
	pthread_join(mover, NULL);
}
