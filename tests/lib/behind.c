/*
 * behind CALL NAME ACTION CMD ARG...: run CMD, and the shell's ACTION behind its back: once, right after its first CALL
 * (linkat, renameat, renameat2) that made NAME, the word without its directory, has succeeded; CMD stands still meanwhile.
 * behind -b CALL NAME ACTION CMD ARG...: right before its first CALL that has NAME as its first name; *: as any.
 *
 * Ends as CMD did; with 99 where it could not do its work, or CMD made no such call.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

enum { STATUS_BROKEN = 99, OLD_NAME = 1, NEW_NAME = 3, SYSCALL_STOP = SIGTRAP | 0x80 };

enum { OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL };

static void __attribute__((noreturn))
broken(const char *what)
{
	fprintf(stderr, "behind: %s: %s\n", what, strerror(errno));
	exit(STATUS_BROKEN);
}

/* Whether the string in the other's memory is this one. */
static bool
is_there(pid_t pid, unsigned long long address, const char *expected)
{
	size_t len = strlen(expected) + 1;

	for (size_t i = 0; i < len; i++) {
		unsigned long long at = address + i;
		unsigned shift = 8 * (unsigned)(at % sizeof(long));
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, pid, (void *)(at - at % sizeof(long)), NULL);
		if (errno != 0 || (char)((unsigned long)word >> shift) != expected[i])
			return false;
	}
	return true;
}

static pid_t
start(char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		broken("fork");
	if (pid == 0) {
		raise(SIGSTOP);
		execvp(argv[0], argv);
		broken(argv[0]);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SEIZE, pid, NULL, (void *)(long)OPTIONS) < 0 || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		broken("ptrace");
	kill(pid, SIGCONT);
	return pid;
}

/* What the stop is delivered on with. */
static int
signal_of(int status)
{
	return WSTOPSIG(status) == SYSCALL_STOP || status >> 16 ? 0 : WSTOPSIG(status);
}

int
main(int argc, char **argv)
{
	bool is_it = false, done = false, before = argc > 1 && strcmp(argv[1], "-b") == 0;
	int status, call;
	pid_t pid;

	argv += before;
	if (argc - before < 5)
		broken("CALL NAME ACTION CMD");
	call = seccomp_syscall_resolve_name(argv[1]);
	pid = start(argv + 4);
	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		struct __ptrace_syscall_info info;

		if (!done && WSTOPSIG(status) == SYSCALL_STOP &&
		    ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info) > 0) {
			if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
				is_it = info.entry.nr == (unsigned)call && (strcmp(argv[2], "*") == 0 ||
					is_there(pid, info.entry.args[before ? OLD_NAME : NEW_NAME], argv[2]));
			if (info.op == PTRACE_SYSCALL_INFO_ENTRY && is_it && before)
				done = system(argv[3]) == 0;
			else if (is_it && !before && info.op == PTRACE_SYSCALL_INFO_EXIT && !info.exit.is_error)
				done = system(argv[3]) == 0;
		}
		if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)signal_of(status)) < 0 && errno != ESRCH)
			broken("PTRACE_SYSCALL");
	}
	if (!done) {
		fprintf(stderr, "behind: no %s of %s, or what was to be done then failed\n", argv[1], argv[2]);
		return STATUS_BROKEN;
	}
	if (WIFSIGNALED(status))
		raise(WTERMSIG(status));
	return WEXITSTATUS(status);
}
