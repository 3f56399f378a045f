/* Taking hold of what runs already. */
#include "config.h"

#include "trace/attach.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "trace/attach_found.h"
#include "trace/attach_permit.h"
#include "trace/attach_span.h"
#include "trace/cgroup.h"
#include "trace/path/proc.h"
#include "trace/signals.h"

/* A thread that cannot be interrupted (state D) keeps the others waiting no longer; one that only has no turn, so long. */
#define PATIENCE_NS NS_PER_SECOND
#define MORE_PATIENCE_NS (10 * NS_PER_SECOND)

/* How often in succession the threads are listed without a new one among them. */
enum { QUIET_PASSES = 2 };

/* 1: seized; 0: it is ours already, or has ended meanwhile; -1 with e set. */
static int
seize_thread(struct tracer *tr, struct process *p, pid_t tid, struct err *e)
{
	struct proc_stat stat;
	int why;

	if (tracee_find(tr, tid))
		return 0;
	if (ptrace(PTRACE_SEIZE, tid, NULL, (void *)TRACER_OPTIONS) == 0) {
		tracee_add(tr, tid, p, TRACEE_SEIZED)->found = true;
		tr->awaited++;
		return 1;
	}
	why = errno;
	/* a thread that one of ours has made is traced from its first moment, and tells of itself */
	if (why == ESRCH || !proc_stat(tid, &stat) || proc_is_dead(&stat) ||
	    proc_tracer(tid) == getpid())
		return 0;
	return attach_permit_explain(p->pid, why, e);
}

/* All threads that are listed: how many of them were new, or -1 with e set. */
static int
seize_listed(struct tracer *tr, struct process *p, struct err *e)
{
	const struct dirent *d;
	char path[64];
	int found = 0, new = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)p->pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	while (new >= 0 && (d = readdir(dir))) {
		if (!isdigit((unsigned char)d->d_name[0]))
			continue;
		new = seize_thread(tr, p, (pid_t)atoi(d->d_name), e);
		found += new;
	}
	closedir(dir);
	return new < 0 ? -1 : found;
}

static int
attach_process(struct tracer *tr, pid_t pid, struct err *e)
{
	struct process *p;
	int quiet = 0, found = 0;

	if (attach_permit_check(pid, e) < 0)
		return -1;
	p = tracee_process_new(pid);
	while (found >= 0 && quiet < QUIET_PASSES) {
		found = seize_listed(tr, p, e);
		quiet = found > 0 ? 0 : quiet + 1;
	}
	if (found >= 0 && p->threads == 0)
		found = attach_permit_explain(pid, ESRCH, e);
	if (p->threads == 0)
		tracee_process_free(p);
	return found < 0 ? -1 : 0;
}

/*
 * What a seized process starts from then on is traced from its first moment: once a pass finds nobody, nobody is left.
 * One that cannot be traced keeps no others from it, and is told of among the children that are not.
 */
static void
attach_descendants(struct tracer *tr)
{
	struct untraced_child *children;
	size_t found;
	struct err e;

	do {
		size_t n = attach_found_untraced(tr, &children);

		found = 0;
		for (size_t i = 0; i < n; i++)
			found += attach_process(tr, children[i].pid, &e) == 0;
		free(children);
	} while (found > 0);
}

static bool
is_gone_or_dead(pid_t pid)
{
	struct proc_stat stat;

	return !proc_stat(pid, &stat) || proc_is_dead(&stat);
}

int
attach_start(struct tracer *tr, const pid_t *pids, size_t n, struct err *e)
{
	tr->attached = true;
	tr->memory_risk = MEMORY_ANY;	/* of what has been done with it nothing is known */
	tr->attaching = true;
	for (size_t i = 0; i < n; i++) {
		if (attach_process(tr, pids[i], e) < 0 && !is_gone_or_dead(pids[i]))
			return -1;
	}
	if (tracee_count(tr) == 0)
		return -1;	/* with what was said of the last */
	for (size_t i = 0; i < n; i++) {
		if (!tracee_of_process(tr, pids[i]))
			tr->hooks->left_out(tr->hooks->context, pids[i]);
	}
	if (tr->options->children)
		attach_descendants(tr);
	return 0;
}

void
attach_interrupt(struct tracer *tr)
{
	struct tracee *t, *next;

	tr->deadline_ns = clock_monotonic_ns() + PATIENCE_NS;
	signals_tick(1);
	HASH_ITER(hh, tr->tracees, t, next) {
		if (t->phase == TRACEE_SEIZED)
			(void)ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL);
	}
}

/* Those of a control group that neither were there nor descend from what was. */
static size_t
seize_joined(struct tracer *tr)
{
	size_t n, joined = 0;
	struct err e;
	pid_t *pids;

	if (cgroup_processes(tr->options->cgroup, &pids, &n) < 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (pids[i] == getpid() || pids[i] == getppid() || tracee_of_process(tr, pids[i]) ||
		    proc_tracer(pids[i]) == getpid() || is_gone_or_dead(pids[i]))
			continue;
		if (attach_process(tr, pids[i], &e) == 0)
			joined++;
		else
			tr->sink->blind(tr->sink->context, 0, BLIND_UNTRACED, e.text);
	}
	free(pids);
	return joined;
}

void
attach_joined(struct tracer *tr)
{
	if (!tr->options->cgroup || !tr->started || tr->attaching || tr->releasing || seize_joined(tr) == 0)
		return;
	if (tr->options->children)
		attach_descendants(tr);
	tr->attaching = true;
	attach_interrupt(tr);
}

/*
 * Calls that no interrupt can harm, and that know no restart: they return EINTR where others are entered again
 * (signal(7), "Interruption of system calls and library functions by stop signals").
 */
static const char *const without_restart[] = {
	"accept", "accept4", "epoll_pwait", "epoll_pwait2", "epoll_wait", "io_getevents", "io_pgetevents",
	"io_pgetevents_time64", "read", "recvfrom", "recvmmsg", "recvmmsg_time64", "recvmsg", "rt_sigtimedwait",
	"rt_sigtimedwait_time64", "semop", "semtimedop", "semtimedop_time64",
};

void
attach_restart_call(pid_t tid)
{
	struct __ptrace_syscall_info info;
	uint64_t number;
	enum abi abi;

	if (!arch_was_interrupted(tid, &number) ||
	    ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(info), &info) <= 0)
		return;
	abi = arch_abi_of(info.arch);
	for (size_t i = 0; abi != ABI_COUNT && i < ARRAY_SIZE(without_restart); i++) {
		int n = seccomp_syscall_resolve_name_arch(abis[abi].scmp_arch, without_restart[i]);

		if (n >= 0 && (uint64_t)n == number)
			(void)arch_restart_call(tid);
	}
}

/* It may live in a container, or a chroot.  Without rights to look at that it is taken for so. */
static void
note_root(const struct tracee *t)
{
	if (!proc_shares(t->tid, "root") || !proc_shares(t->tid, "ns/mnt"))
		t->tracer->view.roots_differ = true;
}

/* It was in a call that could not be interrupted when the others began to be recorded. */
static void
catch_late(const struct tracee *t)
{
	tracee_tell_blind(t, BLIND_RACE,
			  "had a thread in a system call that could not be interrupted when it was attached to; what that "
			  "call did is not in this record");
	note_root(t);
	attach_found_report(t, true);
}

/* While the others were recorded already. */
static void
tell_joined(const struct tracee *t)
{
	if (t->tid == t->process->pid)
		tracee_tell_blind(t, BLIND_UNTRACED, "joined the unit while it was recorded, started by somebody who is not; "
				  "what it did until it was attached to is not in this record");
}

void
attach_caught(struct tracee *t, int status)
{
	struct tracer *tr = t->tracer;

	if (t->phase != TRACEE_SEIZED)
		return;
	t->phase = TRACEE_RUNNING;
	tr->awaited--;
	if (status >> 8 == (SIGTRAP | PTRACE_EVENT_STOP << 8))
		attach_restart_call(t->tid);
	if (!tr->attaching && !tr->releasing)
		catch_late(t);
}

/* A process that was found running: its image, after that of its parent where that is traced too. */
static void
start_found(struct tracer *tr, struct process *p, pid_t tid)
{
	struct process_start start = { .is_exec = true, .started_ns = clock_now_ns() };
	struct tracee *parent = NULL;
	struct proc_stat stat;
	char *program, *command;

	if (p->image != 0 || p->starting)
		return;
	p->starting = true;	/* what /proc says of parents is read one after the other: it may run in a circle */
	if (proc_stat(p->pid, &stat)) {
		start.started_ns = stat.started_ns;
		parent = tracee_find(tr, stat.parent);
	}
	if (parent && parent->process) {
		start_found(tr, parent->process, parent->tid);
		start.parent_image = parent->process->image;
	}
	program = proc_program(p->pid, PROC_RUNNING);
	command = proc_command(tid, PROC_RUNNING);
	start.program = program;
	start.command = command && *command ? command : program;
	tracer_tell_image(tr, p, tid, &start);
	free(program);
	free(command);
}

static void
let_go_on(struct tracee *t)
{
	enum tracee_hold hold = t->hold;

	t->hold = HOLD_NONE;
	if (hold == HOLD_RESUME)
		tracer_resume(t, t->hold_signal);
	else if (hold == HOLD_LISTEN)
		tracer_listen(t);
}

void
attach_end(struct tracer *tr)
{
	bool first = !tr->started;
	struct tracee *t, *next;

	if (!tr->attaching)
		return;
	if (first)
		attach_span_begin(tr);
	tr->attaching = false;
	tr->deadline_ns = 0;
	tr->started = true;
	HASH_ITER(hh, tr->tracees, t, next)
		note_root(t);
	HASH_ITER(hh, tr->tracees, t, next) {
		if (t->process)
			start_found(tr, t->process, t->tid);
	}
	HASH_ITER(hh, tr->tracees, t, next) {
		if (!t->found)
			continue;
		if (!first)
			tell_joined(t);
		if (attach_found_is_own(t))
			attach_found_report(t, !first);
	}
	attach_found_children(tr);
	HASH_ITER(hh, tr->tracees, t, next) {
		t->found = false;
		let_go_on(t);
	}
	if (first)
		tr->hooks->started(tr->hooks->context);
}

/* Whether one that has not stopped yet will do so as soon as it gets a processor. */
static bool
is_seized_without_turn(const struct tracee *t)
{
	struct proc_stat stat;

	return t->phase == TRACEE_SEIZED && proc_stat(t->tid, &stat) && stat.state != 'D' &&
	       !proc_is_dead(&stat);
}

static bool
is_patience_over(const struct tracer *tr)
{
	int64_t late_ns = clock_monotonic_ns() - tr->deadline_ns;
	struct tracee *t, *next;

	if (late_ns < 0)
		return false;
	HASH_ITER(hh, tr->tracees, t, next) {
		if (late_ns < MORE_PATIENCE_NS && is_seized_without_turn(t))
			return false;
	}
	return true;
}

void
attach_proceed(struct tracer *tr)
{
	if (tr->attaching && (tr->awaited == 0 || is_patience_over(tr)))
		attach_end(tr);
}
