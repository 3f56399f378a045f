/*
 * killrun TRACER FRONT CMD ARG...: run CMD, which is `writetrace run`, and kill (SIGKILL) one or both of its processes.
 *
 *   TRACER   when the tracing process, CMD's first child, is killed: as it enters its N-th system call, or after
 *            Nus (microseconds of its life); 0: not at all
 *   FRONT    the same of CMD itself.  Where TRACER is given its calls are counted from the tracer's death on; +: both
 *            at once
 *
 * Ends when nothing that CMD has started is left: with 137 where something was killed, else as CMD did.  Descriptor 3
 * gets three numbers: the system calls of the tracer, those of the front, and how long the tracer lived, in us.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_BROKEN = 99, STATUS_KILLED = 137, MET_MAX = 64 };

enum { OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_EXITKILL };

enum who { TRACER, FRONT, WHO_COUNT };

static struct {
	pid_t pid;
	unsigned long limit;	/* calls; 0: none */
	unsigned long us;	/* 0: none */
	unsigned long calls;
	bool entering, ended;
	int status;
} part[WHO_COUNT];

static bool both;		/* at once */
static volatile sig_atomic_t killed;
static pid_t met[MET_MAX];	/* children that were seen to stop before their parent told of them */
static struct timespec born;
static unsigned long lived_us;

static void __attribute__((noreturn))
broken(const char *what)
{
	perror(what);
	exit(STATUS_BROKEN);
}

static unsigned long
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned long)((now.tv_sec - born.tv_sec) * 1000000 + (now.tv_nsec - born.tv_nsec) / 1000);
}

static void
strike(enum who who)
{
	killed = 1;
	kill(part[who].pid, SIGKILL);
	if (both)
		kill(part[FRONT].pid, SIGKILL);
}

static void
on_alarm(int signal)
{
	(void)signal;
	strike(part[TRACER].us ? TRACER : FRONT);
}

static void
go_on(pid_t pid, int signal)
{
	/* who counts nothing is not slowed down */
	bool calls = !part[TRACER].us && !part[FRONT].us;

	if (ptrace(calls ? PTRACE_SYSCALL : PTRACE_CONT, pid, 0, signal) < 0 && errno != ESRCH)
		broken("ptrace");
}

/* The first stop of a new child: the first of all is the tracer, what comes later is none of ours. */
static void
meet(pid_t pid)
{
	struct itimerval timer = { 0 };

	if (part[TRACER].pid != 0) {
		if (ptrace(PTRACE_DETACH, pid, 0, 0) < 0 && errno != ESRCH)
			broken("ptrace");
		return;
	}
	part[TRACER].pid = pid;
	part[TRACER].entering = true;
	clock_gettime(CLOCK_MONOTONIC, &born);
	timer.it_value.tv_usec = (suseconds_t)((part[TRACER].us + part[FRONT].us) % 1000000);
	timer.it_value.tv_sec = (time_t)((part[TRACER].us + part[FRONT].us) / 1000000);
	if (setitimer(ITIMER_REAL, &timer, NULL) < 0)
		broken("setitimer");
	go_on(pid, 0);
}

static pid_t
wait_for(pid_t pid, int *status)
{
	pid_t got;

	while ((got = waitpid(pid, status, __WALL)) < 0 && errno == EINTR)
		;
	return got;
}

/* The parent tells of a child: it goes on when that has been met, and let go. */
static void
on_fork(pid_t parent)
{
	unsigned long child = 0;
	int status;

	if (ptrace(PTRACE_GETEVENTMSG, parent, 0, &child) == 0 && child != 0) {
		for (int i = 0; i < MET_MAX; i++) {
			if (met[i] == (pid_t)child) {
				met[i] = 0;
				return;
			}
		}
		if (wait_for((pid_t)child, &status) > 0 && WIFSTOPPED(status))
			meet((pid_t)child);
	}
}

static void
on_unknown(pid_t pid, int status)
{
	if (!WIFSTOPPED(status))
		return;		/* somebody's orphan */
	for (int i = 0; i < MET_MAX; i++) {
		if (met[i] == 0) {
			met[i] = pid;
			break;
		}
	}
	meet(pid);
}

static bool
counts(enum who who)
{
	return who == TRACER || part[TRACER].limit == 0 || part[TRACER].ended;
}

static void
on_stop(enum who who, int status)
{
	int signal = WSTOPSIG(status);

	if (signal == (SIGTRAP | 0x80)) {
		if (part[who].entering && counts(who) && ++part[who].calls == part[who].limit)
			strike(who);
		part[who].entering = !part[who].entering;
		signal = 0;
	} else if (status >> 16 == PTRACE_EVENT_FORK) {
		on_fork(part[who].pid);
		signal = 0;
	} else if (status >> 16) {
		signal = 0;
	}
	go_on(part[who].pid, signal);
}

static void
watch(void)
{
	int status;
	pid_t pid;

	while ((pid = wait_for(-1, &status)) > 0) {
		enum who who = pid == part[TRACER].pid ? TRACER : FRONT;

		if (pid != part[who].pid) {
			on_unknown(pid, status);
		} else if (WIFSTOPPED(status)) {
			on_stop(who, status);
		} else {
			part[who].ended = true;
			part[who].status = status;
			if (who == TRACER)
				lived_us = now_us();
		}
	}
}

static void
start(char **argv)
{
	int status;

	part[FRONT].pid = fork();
	if (part[FRONT].pid < 0)
		broken("fork");
	if (part[FRONT].pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0) < 0 || raise(SIGSTOP) != 0)
			broken("ptrace");
		execvp(argv[0], argv);
		broken(argv[0]);
	}
	if (wait_for(part[FRONT].pid, &status) < 0 || !WIFSTOPPED(status))
		exit(STATUS_BROKEN);
	if (ptrace(PTRACE_SETOPTIONS, part[FRONT].pid, 0, OPTIONS) < 0)
		broken("ptrace");
	part[FRONT].entering = true;
	go_on(part[FRONT].pid, 0);
}

static void
take_limit(enum who who, const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (strcmp(end, "us") == 0)
		part[who].us = n;
	else if (*end == '\0' && end > text)
		part[who].limit = n;
	else
		broken("killrun: not a number");
}

int
main(int argc, char **argv)
{
	int status;

	if (argc < 4) {
		fputs("usage: killrun TRACER FRONT CMD ARG...\n", stderr);
		return STATUS_BROKEN;
	}
	take_limit(TRACER, argv[1]);
	both = strcmp(argv[2], "+") == 0;
	if (!both)
		take_limit(FRONT, argv[2]);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		broken("prctl");
	signal(SIGALRM, on_alarm);
	(void)fcntl(3, F_SETFD, FD_CLOEXEC);
	start(argv + 3);
	watch();
	dprintf(3, "%lu %lu %lu\n", part[TRACER].calls, part[FRONT].calls, lived_us);
	if (killed)
		return STATUS_KILLED;
	status = part[FRONT].status;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
