/* Letting calls go on, and nothing else. */
#include "config.h"

#include "trace/leave.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "trace/arch.h"
#include "trace/ask.h"
#include "trace/call.h"
#include "trace/filter.h"
#include "trace/signals.h"
#include "trace/syscalls.h"

/* How long the outcome of calls that are under way is waited for. */
#define PATIENCE_NS (NS_PER_SECOND / 5)

/* For a stop of a system call with PTRACE_O_TRACESYSGOOD. */
#define CALL_STOP (SIGTRAP | 0x80)

static const char left_untraced[] = "was left running; what it did from then on is not in this record";

void
leave_start(struct tracer *tr)
{
	struct tracee *t, *next;

	if (tr->leaving)
		return;
	tr->leaving = true;
	tr->deadline_ns = clock_monotonic_ns() + PATIENCE_NS;
	signals_tick(1);
	if (tr->options->before)
		ask_hurry(tr->options->before);
	tr->round++;
	HASH_ITER(hh, tr->tracees, t, next) {
		if (!t->process || t->process->round == tr->round || t->process->image == 0)
			continue;
		t->process->round = tr->round;
		tracee_tell_blind(t, BLIND_UNTRACED, left_untraced);
	}
}

/* One that waits for an answer, or a helper, is in its entry stop. */
static bool
is_held(const struct tracee *t)
{
	return t->held || t->errand;
}

bool
leave_is_done(struct tracer *tr)
{
	struct tracee *t, *next;

	if (!tr->leaving)
		return false;
	if (clock_monotonic_ns() >= tr->deadline_ns)
		return true;
	HASH_ITER(hh, tr->tracees, t, next) {
		if (is_held(t) || t->phase == TRACEE_ORPHAN || (t->in_call && (t->recording || t->clone_fix.addr)))
			return false;
	}
	return true;
}

/* ESRCH: it has been killed; its exit will be reported. */
static void
go_on(pid_t tid, int signal)
{
	(void)ptrace(PTRACE_CONT, tid, NULL, (void *)(intptr_t)signal);
}

/*
 * A child that nobody traces would be under the filter all the same: the bit is taken out of clone's register, and
 * clone3, whose flags another thread can rewrite, does not exist, so that libraries fall back to clone(2).
 */
void
leave_call(pid_t tid, const struct __ptrace_syscall_info *info)
{
	enum abi abi = arch_abi_of(info->arch);
	const struct syscall_desc *d = abi < ABI_COUNT ? syscalls_find(abi, info->seccomp.nr) : NULL;
	uint64_t flags = 0;

	if (!d)
		return;
	if (strcmp(d->name, "clone") == 0) {
		flags = info->seccomp.args[d->flags];
		if (flags & CLONE_UNTRACED)
			(void)arch_set_argument(tid, abi, (unsigned)d->flags, flags & ~(uint64_t)CLONE_UNTRACED);
	} else if (strcmp(d->name, "clone3") == 0) {
		errno = 0;
		flags = (unsigned long)ptrace(PTRACE_PEEKDATA, tid, (void *)(uintptr_t)info->seccomp.args[0], NULL);
		if (errno == 0 && flags & CLONE_UNTRACED)
			(void)arch_skip_call(tid, ENOSYS);
	}
}

static void
on_filtered(pid_t tid)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_SECCOMP)
		return;
	/* a RET_TRACE of its own filter: without its tracer the call does not exist */
	if (info.seccomp.ret_data != FILTER_DATA)
		(void)arch_skip_call(tid, ENOSYS);
	else
		leave_call(tid, &info);
}

static bool
stops_group(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static void
pass_stop(pid_t tid, int status)
{
	int signal = WSTOPSIG(status);

	switch (status >> 16) {
	case 0:
		go_on(tid, signal == CALL_STOP ? 0 : signal);
		break;
	case PTRACE_EVENT_STOP:
		if (stops_group(signal))
			(void)ptrace(PTRACE_LISTEN, tid, NULL, NULL);
		else
			go_on(tid, 0);
		break;
	case PTRACE_EVENT_SECCOMP:
		on_filtered(tid);
		go_on(tid, 0);
		break;
	default:
		go_on(tid, 0);
	}
}

void
leave_hand_over(struct tracer *tr)
{
	struct tracee *t, *next;
	int status;
	pid_t tid;

	if (!tr->leaving)
		return;
	HASH_ITER(hh, tr->tracees, t, next) {
		if (is_held(t) || t->phase == TRACEE_ORPHAN)
			go_on(t->tid, 0);	/* what it waits for does not come any more */
		else
			call_abandon(t);
	}
	while (stops_any(&tr->pending)) {
		tid = stops_next(&tr->pending, false, &status);
		if (WIFSTOPPED(status))
			pass_stop(tid, status);
	}
}

bool
leave_serve(bool (*enough)(void *context, pid_t ended, int status), void *context)
{
	syscalls_init();
	for (;;) {
		int status = 0;
		/* our other threads wait for helpers of their own */
		pid_t tid = waitpid(-1, &status, __WALL | __WNOTHREAD);

		if (tid < 0 && errno != EINTR)
			return false;
		if (tid > 0 && WIFSTOPPED(status))
			pass_stop(tid, status);
		if (enough && enough(context, tid > 0 && !WIFSTOPPED(status) ? tid : 0, status))
			return true;
	}
}
