/*
 * killat N CMD ARG...: run CMD and kill it (SIGKILL) when it enters its N-th system call.
 *
 * Ends with 137 where it was killed, else as CMD did.  With N 0 nothing is killed and the number of system calls
 * is written to descriptor 3.  Only the process itself is traced, not its children.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_BROKEN = 99, STATUS_KILLED = 137 };

static void __attribute__((noreturn))
broken(const char *what)
{
	perror(what);
	exit(STATUS_BROKEN);
}

static pid_t
start(char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		broken("fork");
	if (pid > 0)
		return pid;
	if (ptrace(PTRACE_TRACEME, 0, 0, 0) < 0 || raise(SIGSTOP) != 0)
		broken("ptrace");
	execvp(argv[0], argv);
	broken(argv[0]);
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			broken("waitpid");
	}
	return status;
}

/* Until it ends; its status.  *calls counts entries; at the limit it is killed. */
static int
watch(pid_t pid, unsigned long limit, unsigned long *calls)
{
	int status = wait_for(pid);
	bool entering = true;

	if (ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL) < 0)
		broken("ptrace");
	while (WIFSTOPPED(status)) {
		int signal = WSTOPSIG(status);

		if (signal == (SIGTRAP | 0x80)) {
			if (entering && ++*calls == limit) {
				kill(pid, SIGKILL);
				(void)wait_for(pid);
				exit(STATUS_KILLED);
			}
			entering = !entering;
		}
		if (signal == (SIGTRAP | 0x80) || signal == SIGSTOP || status >> 16)
			signal = 0;
		if (ptrace(PTRACE_SYSCALL, pid, 0, signal) < 0 && errno != ESRCH)
			broken("ptrace");
		status = wait_for(pid);
	}
	return status;
}

int
main(int argc, char **argv)
{
	unsigned long calls = 0;
	int status;

	if (argc < 3) {
		fputs("usage: killat N CMD ARG...\n", stderr);
		return STATUS_BROKEN;
	}
	status = watch(start(argv + 2), strtoul(argv[1], NULL, 10), &calls);
	if (strtoul(argv[1], NULL, 10) == 0)
		dprintf(3, "%lu\n", calls);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
