/*
 * null_tracer [-x] FILE COMMAND [ARG...]: writetrace's own filter and a tracer that lets each stop go on, and does
 * nothing else: what stopping alone costs.  With -x the call that stopped at its entry stops at its exit as well, which
 * nobody can do without who wants to know how a call ended.  How many stops there were goes to FILE.
 */
#include "config.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace/filter.h"

enum {
	OPTIONS = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
		  PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL,
};

static void __attribute__((noreturn))
become(char **argv, int go)
{
	struct err e;
	struct filter *f = filter_new(&(struct filter_options){ false }, &e);
	int no_new_privs;
	char byte;

	if (!f)
		errx(125, "%s", e.text);
	if (read(go, &byte, 1) != 1)
		_exit(125);
	if (filter_load(f, &no_new_privs) < 0)
		err(125, "cannot load the filter");
	execvp(argv[0], argv);
	err(127, "%s", argv[0]);
}

static void
go_on(pid_t tid, int status, bool exits)
{
	int event = status >> 16;
	int signal = WSTOPSIG(status);

	if (exits && event == PTRACE_EVENT_SECCOMP)
		(void)ptrace(PTRACE_SYSCALL, tid, NULL, NULL);
	else if (signal == (SIGTRAP | 0x80))
		(void)ptrace(PTRACE_CONT, tid, NULL, NULL);
	else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP)
		(void)ptrace(PTRACE_LISTEN, tid, NULL, NULL);
	else
		(void)ptrace(PTRACE_CONT, tid, NULL, (void *)(intptr_t)(event ? 0 : signal));
}

int
main(int argc, char **argv)
{
	bool exits = argc > 1 && strcmp(argv[1], "-x") == 0;
	unsigned long stops = 0;
	int go[2], ended = 0;
	FILE *out;
	pid_t pid;

	argc -= exits;
	argv += exits;
	if (argc < 3)
		errx(125, "usage: null_tracer [-x] FILE COMMAND [ARG...]");
	if (pipe(go) < 0)
		err(125, "pipe");
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		become(argv + 2, go[0]);
	}
	if (pid < 0 || ptrace(PTRACE_SEIZE, pid, NULL, (void *)(intptr_t)OPTIONS) < 0)
		err(125, "cannot trace");
	if (write(go[1], "", 1) != 1)
		err(125, "write");
	close(go[0]);
	close(go[1]);
	for (;;) {
		int status;
		pid_t tid = waitpid(-1, &status, __WALL);

		if (tid < 0 && errno == ECHILD)
			break;
		if (tid == pid && !WIFSTOPPED(status))
			ended = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		if (tid < 0 || !WIFSTOPPED(status))
			continue;
		stops++;
		go_on(tid, status, exits);
	}
	out = fopen(argv[1], "we");
	if (!out || fprintf(out, "%lu\n", stops) < 0 || fclose(out) != 0)
		err(125, "%s", argv[1]);
	return ended;
}
