/*
 * faultat [-t SECONDS] [-e NAME=VALUE]... [PROCESS:CALL:N:FAULT] CMD ARG...: run CMD, and make one system call of it,
 * or of the processes that it forks, end otherwise than it would have.
 *
 * PROCESS is 0 for CMD's own, 1, 2, ... for those that it and they fork, in their order; CALL a name as in strace(1), or any; N
 * the how manieth in that process, N+ for that one and all behind it; FAULT what becomes of it:
 *
 *   ENOSPC...  it is not done, and fails so; only a close(2) is done all the same, as Linux has it
 *   SHORT      of what it is to read or write it gets half
 *   NOMORE     brk(2) gives nothing
 *   GONE       the process that ptrace(2), kill(2), process_vm_readv(2) ... are called on was killed an instant before
 *   KILL       its caller is killed as it enters the call
 *
 * -e puts something in CMD's environment.  Without a fault the calls are counted.  What happened is written to descriptor 3, a line each:
 *
 *   call PROCESS CALL COUNT      (without a fault; CALL any: all of them)
 *   reached                      the N-th call was made; with N+ a line for each
 *   exit STATUS | signal N       how CMD ended
 *   hang PROCESS CALL            after SECONDS (60) this was not over; all is killed
 *   late PID                     still there SECONDS after CMD's end; killed
 *
 * It ends with 0 when it could do its work, whatever became of CMD, else with 99.
 *
 * Not counted: what the dynamic loader does before the program begins, what a process does after it has executed
 * another program, and CMD's second child: `writetrace run` makes COMMAND of it, and a process has one tracer.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>
#include <seccomp.h>

#include "registers.h"

enum {
	STATUS_BROKEN = 99,
	MAX_PROCESSES = 64,
	MAX_CALLS = 512,
	CALL_ANY = -1,
	REPORT_FD = 3,
	OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
		  PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL,
};

enum fault { FAULT_NONE, FAULT_ERRNO, FAULT_SHORT, FAULT_NOMORE, FAULT_GONE, FAULT_KILL };

struct process {
	pid_t pid;		/* 0: gone, or not ours any more */
	bool begun;		/* first stop has been seen */
	bool failing;		/* this call ends with the fault's error */
	bool changed;		/* this call's arguments are not its caller's */
	unsigned long long argument;	/* of which this one was */
	long call;		/* the one it is in, or made last */
	unsigned count[MAX_CALLS];
	unsigned calls;		/* all together */
};

static struct process processes[MAX_PROCESSES];
static int n_processes;

static struct {
	int process;
	long call;
	unsigned n;
	bool onwards;		/* and all behind it */
	enum fault kind;
	int error;
} fault;

/* Whose first stop came before its parent's event. */
static pid_t early[MAX_PROCESSES];
static int n_early;

static unsigned long loader_from, loader_to;	/* where ld.so is */
static char *environment[8];	/* -e */
static int n_environment;
static int children_of_first;
static volatile sig_atomic_t late;

void
broken(const char *what)
{
	fprintf(stderr, "faultat: %s: %s\n", what, strerror(errno));
	exit(STATUS_BROKEN);
}

static void
on_alarm(int signal)
{
	(void)signal;
	late = 1;
}

/* --- what is wanted --- */

static const struct {
	const char *name;
	enum fault kind;
	int error;
} faults[] = {
	{ "EACCES", FAULT_ERRNO, EACCES }, { "EAGAIN", FAULT_ERRNO, EAGAIN }, { "EINTR", FAULT_ERRNO, EINTR },
	{ "EIO", FAULT_ERRNO, EIO }, { "EMFILE", FAULT_ERRNO, EMFILE }, { "ENOENT", FAULT_ERRNO, ENOENT },
	{ "ENOLCK", FAULT_ERRNO, ENOLCK }, { "ENOMEM", FAULT_ERRNO, ENOMEM }, { "ENOSPC", FAULT_ERRNO, ENOSPC },
	{ "ENOSYS", FAULT_ERRNO, ENOSYS }, { "EPERM", FAULT_ERRNO, EPERM }, { "ESRCH", FAULT_ERRNO, ESRCH },
	{ "SHORT", FAULT_SHORT, 0 }, { "NOMORE", FAULT_NOMORE, 0 }, { "GONE", FAULT_GONE, 0 },
	{ "KILL", FAULT_KILL, 0 },
};

static bool
parse_fault(const char *text)
{
	char call[64], name[16];
	int behind = 0;

	if (sscanf(text, "%d:%63[a-z0-9_]:%u%n", &fault.process, call, &fault.n, &behind) != 3 || behind == 0)
		return false;
	fault.onwards = text[behind] == '+';
	if (sscanf(text + behind + fault.onwards, ":%15[A-Z0-9]", name) != 1)
		return false;
	fault.call = strcmp(call, "any") == 0 ? CALL_ANY : seccomp_syscall_resolve_name(call);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (strcmp(faults[i].name, name) == 0) {
			fault.kind = faults[i].kind;
			fault.error = faults[i].error;
		}
	}
	return fault.call >= CALL_ANY && fault.call < MAX_CALLS && fault.n > 0 && fault.kind != FAULT_NONE;
}

/* --- the fault --- */

/* A call leaves its caller's arguments in their registers: they have to be as they were when it ends. */
static void
change_argument(struct process *p, struct user_regs_struct *regs, int i, unsigned long long value)
{
	p->changed = true;
	p->argument = *argument_of(regs, i);
	*argument_of(regs, i) = value;
	set_registers(p->pid, regs);
}

static void
restore_argument(struct process *p, int i)
{
	struct user_regs_struct regs = { 0 };
	unsigned long long result;

	p->changed = false;
	get_registers(p->pid, &regs);
	/* where the first argument and the result share a register the result stays */
	result = *result_of(&regs);
	*argument_of(&regs, i) = p->argument;
	*result_of(&regs) = result;
	set_registers(p->pid, &regs);
}

static void
spoil_entry(struct process *p)
{
	struct user_regs_struct regs = { 0 };

	dprintf(REPORT_FD, "reached\n");
	get_registers(p->pid, &regs);
	switch (fault.kind) {
	case FAULT_NONE:
		break;
	case FAULT_ERRNO:
		p->failing = true;
		if (p->call != SYS_close)
			skip_call(p->pid, &regs);
		break;
	case FAULT_SHORT:
		change_argument(p, &regs, 2, (*argument_of(&regs, 2) + 1) / 2);
		break;
	case FAULT_NOMORE:
		change_argument(p, &regs, 0, 0);
		break;
	case FAULT_GONE:
		kill((pid_t)*argument_of(&regs, p->call == SYS_ptrace || p->call == SYS_tgkill), SIGKILL);
		break;
	case FAULT_KILL:
		kill(p->pid, SIGKILL);
		break;
	}
}

static void
spoil_exit(struct process *p)
{
	struct user_regs_struct regs = { 0 };

	p->failing = false;
	get_registers(p->pid, &regs);
	*result_of(&regs) = (unsigned long long)-(long long)fault.error;
	set_registers(p->pid, &regs);
}

/* Whether the call that is being entered is the one. */
static bool
is_chosen(const struct process *p)
{
	unsigned n = fault.call == CALL_ANY ? p->calls : p->count[p->call];

	return fault.kind != FAULT_NONE && p == &processes[fault.process] &&
	       (fault.call == CALL_ANY || p->call == fault.call) && (n == fault.n || (fault.onwards && n > fault.n));
}

static void
on_call(struct process *p)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, (void *)sizeof(info), &info) < 0)
		return;		/* it has been killed */
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && p->failing)
		spoil_exit(p);
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && p->changed)
		restore_argument(p, fault.kind == FAULT_SHORT ? 2 : 0);
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY || info.entry.nr >= MAX_CALLS ||
	    (info.instruction_pointer >= loader_from && info.instruction_pointer < loader_to))
		return;
	p->call = (long)info.entry.nr;
	p->count[p->call]++;
	p->calls++;
	if (is_chosen(p))
		spoil_entry(p);
}

/* --- processes --- */

/* The program has been mapped, and its interpreter: the file that is not the program itself. */
static void
find_loader(pid_t pid)
{
	char path[64], line[512], first[256] = "";
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	if (!maps)
		broken(path);
	while (fgets(line, sizeof(line), maps)) {
		unsigned long from, to;
		char name[256] = "";

		if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %255s", &from, &to, name) < 3 || name[0] != '/')
			continue;
		if (!*first)
			strcpy(first, name);
		if (strcmp(first, name) == 0)
			continue;
		if (loader_from == 0)
			loader_from = from;
		loader_to = to;
	}
	fclose(maps);
}

static struct process *
find(pid_t pid)
{
	for (int i = 0; i < n_processes; i++) {
		if (processes[i].pid == pid)
			return &processes[i];
	}
	return NULL;
}

static struct process *
add(pid_t pid)
{
	if (n_processes == MAX_PROCESSES) {
		errno = ENOMEM;
		broken("too many processes");
	}
	processes[n_processes].pid = pid;
	return &processes[n_processes++];
}

static void
resume(pid_t pid, int signal)
{
	if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(intptr_t)signal) < 0 && errno != ESRCH)
		broken("ptrace");
}

/* Its parent is still in its stop: nobody has begun to trace it. */
static void
let_go(pid_t pid)
{
	if (ptrace(PTRACE_DETACH, pid, NULL, NULL) < 0 && errno != ESRCH)
		broken("ptrace");
}

/* Wait for a new process's first stop; false where it did not live so long. */
static bool
has_stopped(pid_t child)
{
	int status;

	for (int i = 0; i < n_early; i++) {
		if (early[i] == child)
			return true;
	}
	while (waitpid(child, &status, __WALL) < 0) {
		if (errno != EINTR || late)
			return false;
	}
	return WIFSTOPPED(status);
}

static void
on_fork(struct process *p)
{
	unsigned long child = 0;

	if (ptrace(PTRACE_GETEVENTMSG, p->pid, NULL, &child) < 0 || !has_stopped((pid_t)child))
		return;
	if (p == &processes[0] && ++children_of_first == 2) {
		let_go((pid_t)child);
		return;
	}
	add((pid_t)child);
	resume((pid_t)child, 0);
}

static void
on_exec(struct process *p)
{
	if (p == &processes[0] && loader_to == 0) {
		find_loader(p->pid);
		return;
	}
	let_go(p->pid);
	p->pid = 0;
}

static void
on_stop(struct process *p, int status)
{
	int signal = WSTOPSIG(status);

	switch (status >> 16) {
	case 0:
		if (signal != (SIGTRAP | 0x80)) {
			resume(p->pid, signal);
			return;
		}
		on_call(p);
		break;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		on_fork(p);
		break;
	case PTRACE_EVENT_EXEC:
		on_exec(p);
		break;
	case PTRACE_EVENT_STOP:
		if (signal != SIGTRAP) {
			ptrace(PTRACE_LISTEN, p->pid, NULL, NULL);
			return;
		}
		break;
	}
	if (p->pid)
		resume(p->pid, 0);
}

static pid_t
start(char **argv)
{
	int gate[2];
	pid_t pid;
	char go;

	if (pipe(gate) < 0 || (pid = fork()) < 0)
		broken("fork");
	if (pid == 0) {
		close(gate[1]);
		close(REPORT_FD);
		if (read(gate[0], &go, 1) != 1)
			_exit(STATUS_BROKEN);
		close(gate[0]);
		for (int i = 0; i < n_environment; i++)
			putenv(environment[i]);
		execvp(argv[0], argv);
		broken(argv[0]);
	}
	close(gate[0]);
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)OPTIONS) < 0)
		broken("ptrace");
	add(pid);
	if (write(gate[1], "", 1) != 1)
		broken("write");
	close(gate[1]);
	return pid;
}

/* --- the end --- */

static void
say_hang(void)
{
	for (int i = 0; i < n_processes; i++) {
		char *name;

		if (processes[i].pid == 0)
			continue;
		name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)processes[i].call);
		dprintf(REPORT_FD, "hang %d %s\n", i, name ? name : "?");
		free(name);
	}
}

/* What is left are children of ours by now, or their descendants, which will be. */
static void
kill_rest(void)
{
	char line[4096];
	FILE *list;

	for (int i = 0; i < n_processes; i++) {
		if (processes[i].pid)
			kill(processes[i].pid, SIGKILL);
	}
	snprintf(line, sizeof(line), "/proc/self/task/%d/children", (int)getpid());
	list = fopen(line, "re");
	if (!list)
		broken(line);
	while (fgets(line, sizeof(line), list)) {
		for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n")) {
			dprintf(REPORT_FD, "late %s\n", word);
			kill(atoi(word), SIGKILL);
		}
	}
	fclose(list);
}

static void
set_alarm(int seconds)
{
	struct itimerval it = { { 1, 0 }, { seconds, 0 } };

	setitimer(ITIMER_REAL, &it, NULL);
}

static void
on_late(bool first_ended)
{
	if (!first_ended)
		say_hang();
	kill_rest();
	late = 0;
}

static void
watch(pid_t first, int seconds)
{
	bool ended = false;

	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, __WALL);
		struct process *p = pid > 0 ? find(pid) : NULL;

		if (late)
			on_late(ended);
		if (pid < 0 && errno == ECHILD)
			return;
		if (pid < 0 && errno != EINTR)
			broken("waitpid");
		if (pid <= 0)
			continue;
		if (WIFSTOPPED(status)) {
			if (p)
				on_stop(p, status);
			else if (n_early < MAX_PROCESSES)
				early[n_early++] = pid;
			continue;
		}
		if (p)
			p->pid = 0;
		if (pid != first)
			continue;
		ended = true;
		dprintf(REPORT_FD, "%s %d\n", WIFEXITED(status) ? "exit" : "signal",
			WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
		set_alarm(seconds);
	}
}

static void
say_counts(void)
{
	for (int i = 0; i < n_processes; i++) {
		dprintf(REPORT_FD, "call %d any %u\n", i, processes[i].calls);
		for (int call = 0; call < MAX_CALLS; call++) {
			char *name;

			if (processes[i].count[call] == 0)
				continue;
			name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, call);
			dprintf(REPORT_FD, "call %d %s %u\n", i, name ? name : "?", processes[i].count[call]);
			free(name);
		}
	}
}

/* The options; the index of the first word that is none, 0 where they are wrong. */
static int
parse_options(int argc, char **argv, int *seconds)
{
	int c;

	while ((c = getopt(argc, argv, "+t:e:")) >= 0) {
		if (c == 't')
			*seconds = atoi(optarg);
		else if (c == 'e' && n_environment < (int)(sizeof(environment) / sizeof(environment[0])))
			environment[n_environment++] = optarg;
		else
			return 0;
	}
	if (optind < argc && parse_fault(argv[optind]))
		optind++;
	return *seconds > 0 && optind < argc ? optind : 0;
}

int
main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	int seconds = 60;
	int first = parse_options(argc, argv, &seconds);

	if (first == 0) {
		fputs("usage: faultat [-t SECONDS] [-e NAME=VALUE]... [PROCESS:CALL:N:FAULT] CMD ARG...\n", stderr);
		return STATUS_BROKEN;
	}
	sigaction(SIGALRM, &sa, NULL);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		broken("prctl");
	set_alarm(seconds);
	watch(start(argv + first), seconds);
	if (fault.kind == FAULT_NONE)
		say_counts();
	return 0;
}
