/*
 * A thread rewrites the path while another opens it.  Which name each call meant is the kernel's secret until it
 * is done; `changes` must be right all the same.  The rows of `writes` cannot be foretold, so none is printed.
 */
#include "tracee.h"
#include <pthread.h>
#include <stdatomic.h>

static char path[2] = "a";
static atomic_bool done;

static void *
rewrite(void *arg)
{
	while (!atomic_load(&done))
		((volatile char *)path)[0] ^= 'a' ^ 'b';
	return arg;
}

static void
setup(void)
{
}

static void
story(void)
{
	pthread_t thread;
	bool both = false;

	if (pthread_create(&thread, NULL, rewrite, NULL) != 0)
		exit(99);
	for (int i = 0; i < 5000 && !both; i++) {
		long fd = must(syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0644));

		must(close((int)fd));
		both = access("a", F_OK) == 0 && access("b", F_OK) == 0;
	}
	atomic_store(&done, true);
	pthread_join(thread, NULL);
}
