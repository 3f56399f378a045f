/* Sixty generations, each the child of the one before, and each a file; and two hundred short-lived brothers. */
#include "tracee.h"

enum { GENERATIONS = 60, BROTHERS = 200 };

static void
setup(void)
{
}

static void
created(const char *kind, int i)
{
	char name[32];

	snprintf(name, sizeof(name), "%s-%d", kind, i);
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, name)));
}

static void
generation(int i)
{
	pid_t pid;

	created("generation", i);
	if (i == GENERATIONS)
		return;
	pid = (pid_t)must(fork());
	if (pid == 0) {
		generation(i + 1);
		_exit(0);
	}
	reap(pid);
}

static void
story(void)
{
	generation(1);
	for (int i = 0; i < BROTHERS; i++) {
		if (must(fork()) == 0) {
			created("brother", i);
			_exit(0);
		}
	}
	for (int i = 0; i < BROTHERS; i++)
		reap(-1);
}
