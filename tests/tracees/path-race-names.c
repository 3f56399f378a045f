/*
 * A thread rewrites paths while another moves, removes and changes what they name.  Which name each call meant is the
 * kernel's secret; the record is right, or it says that it may not be.  No rows are printed.
 */
#include "tracee.h"
#include <pthread.h>
#include <stdatomic.h>

enum { ROUNDS = 400 };

static char first[2] = "a";
static char second[2] = "c";
static atomic_bool done;

static void *
rewrite(void *arg)
{
	while (!atomic_load(&done)) {
		((volatile char *)first)[0] ^= 'a' ^ 'b';
		((volatile char *)second)[0] ^= 'c' ^ 'd';
	}
	return arg;
}

static void
setup(void)
{
	put_file("a", "content of a");
	put_file("b", "content of b");
}

/* What does not exist just now is not found. */
static void
may_miss(long rc)
{
	if (rc < 0 && errno != ENOENT && errno != EEXIST)
		exit(99);
}

static void
story(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, rewrite, NULL) != 0)
		exit(99);
	for (int i = 0; i < ROUNDS; i++) {
		switch (i % 5) {
		case 0:
			may_miss(chmod(first, i % 2 ? 0600 : 0640));
			break;
		case 1:
			may_miss(rename(first, second));
			break;
		case 2:
			may_miss(rename(second, first));
			break;
		case 3:
			may_miss(truncate(second, i % 7));
			break;
		case 4:
			may_miss(symlink("x", second));
			may_miss(unlink(second));
			break;
		}
	}
	atomic_store(&done, true);
	pthread_join(thread, NULL);
}
