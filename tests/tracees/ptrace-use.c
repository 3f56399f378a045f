/* A program that would trace others is refused, as whenever a tracer is there already; it goes on all the same. */
#include "tracee.h"
#include <signal.h>
#include <sys/ptrace.h>

static void
setup(void)
{
}

static void
story(void)
{
	int asked[2];
	char c;
	pid_t pid;

	must(pipe(asked));
	pid = (pid_t)must(fork());
	if (pid == 0) {
		ended(ptrace(PTRACE_TRACEME, 0, NULL, NULL), "EPERM", "PTRACE_TRACEME");
		must(write(asked[1], "", 1));
		pause();
		_exit(99);
	}
	must(read(asked[0], &c, 1));
	ended(ptrace(PTRACE_ATTACH, pid, NULL, NULL), "EPERM", "PTRACE_ATTACH");
	ended(ptrace(PTRACE_SEIZE, pid, NULL, NULL), "EPERM", "PTRACE_SEIZE");
	must(kill(pid, SIGKILL));
	must(waitpid(pid, NULL, 0));
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, "file", O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, "file")));
}
