/* Two thousand short processes, several at a time, most of them gone before the next stop of another is looked at. */
#include "tracee.h"
#include <signal.h>

enum { PROCESSES = 2000, AT_ONCE = 40 };

static void
setup(void)
{
	char name[32];

	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		must(mkdir(name, 0755));
	}
}

static void
child(int i, const char *name)
{
	if (i % 4 == 0) {
		long fd = syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL, 0644);

		if (fd < 0)
			_exit(98);
	}
	/* The others have nothing to say, and two kinds of end. */
	if (i % 4 == 1)
		kill(getpid(), SIGKILL);
	_exit(i % 4 == 2 ? 3 : 0);
}

static void
wait_for_one(void)
{
	int status;

	must(waitpid(-1, &status, 0));
	if (WIFEXITED(status) ? WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 3 : WTERMSIG(status) != SIGKILL)
		exit(99);
}

static void
start(int i, const char *name)
{
	if (must(i % 2 ? vfork() : fork()) == 0)
		child(i, name);
}

static void
story(void)
{
	char name[32];

	for (int i = 0; i < PROCESSES; i++) {
		snprintf(name, sizeof(name), "d%d/%d", i % 10, i);
		start(i, name);
		if (i % 4 == 0)
			row("create", "O_WRONLY|O_CREAT|O_EXCL", NULL, name);
		if (i >= AT_ONCE)
			wait_for_one();
	}
	for (int i = 0; i < AT_ONCE; i++)
		wait_for_one();
}
