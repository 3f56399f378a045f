/* A child process that does what it is told over pipes, for tests of what /proc says of another process. */
#ifndef WT_TESTS_CHILD_H
#define WT_TESTS_CHILD_H

#include <fcntl.h>
#include <sys/wait.h>

#include "mount/mounts.h"
#include "trace/path/resolve.h"
#include "unit/unit.h"

struct child {
	pid_t pid;
	int end;		/* closed: the child ends */
};

/* Fork; the child runs prepare (may be NULL) and waits, its preparations done when this returns. */
static inline struct child
child_start(void (*prepare)(void))
{
	struct child c;
	int ready[2], end[2];
	char byte = 0;

	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(end, O_CLOEXEC), 0);
	c.pid = fork();
	ck_assert_int_ge(c.pid, 0);
	if (c.pid == 0) {
		close(end[1]);
		close(ready[0]);
		if (prepare)
			prepare();
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		_exit(read(end[0], &byte, 1) != 0);
	}
	close(end[0]);
	close(ready[1]);
	ck_assert_msg(read(ready[0], &byte, 1) == 1, "the child could not prepare");
	close(ready[0]);
	c.end = end[1];
	return c;
}

static inline void
child_end(struct child *c)
{
	int status;

	close(c->end);
	ck_assert_int_eq(waitpid(c->pid, &status, 0), c->pid);
	ck_assert_int_eq(status, 0);
}

static struct path_view child_view;

static inline struct whose
child_whose(const struct child *c)
{
	static struct mounts mounts;

	return (struct whose){ .tid = c->pid, .pid = c->pid, .view = &child_view, .mounts = &mounts };
}

/* Say why a test has not been done. */
static inline void
child_skip(const char *test, const char *why)
{
	fprintf(stderr, "%s: not done: %s\n", test, why);
}

#endif
