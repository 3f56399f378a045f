/*
 * A thread that puts CLONE_UNTRACED back into the flags of clone3 faster than the kernel reads them, so that
 * the child is nobody's tracee.  Under a filter it then has none of the calls that stop.
 */
#include "tracee.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>

enum { TRIES = 2000 };

struct args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

static struct args args = { .exit_signal = SIGCHLD };
static bool ended_racing;

static void
setup(void)
{
}

static void *
race(void *arg)
{
	(void)arg;
	while (!__atomic_load_n(&ended_racing, __ATOMIC_RELAXED))
		__atomic_store_n(&args.flags, CLONE_UNTRACED, __ATOMIC_RELAXED);
	return NULL;
}

/* Whether a child was made that a call which stops is refused to. */
static bool
escaped(void)
{
	long pid = syscall(SYS_clone3, &args, sizeof(args));
	int status = 0;

	if (pid < 0 && errno == ENOSYS)
		skip("no clone3 here");
	if (pid == 0)
		_exit(syscall(SYS_openat, AT_FDCWD, "absent", O_WRONLY) < 0 && errno == ENOSYS);
	must(pid);
	must(waitpid((pid_t)pid, &status, __WALL));
	return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static void
story(void)
{
	pthread_t thread;
	int i = 0;

	args.flags = CLONE_UNTRACED;
	if (pthread_create(&thread, NULL, race, NULL) != 0)
		exit(99);
	while (i < TRIES && !escaped())
		i++;
	ended_racing = true;
	pthread_join(thread, NULL);
	if (i > 0)
		row("open", "O_WRONLY", "ENOENT", "absent");
	if (i == TRIES)
		skip("the race was never won");
}
