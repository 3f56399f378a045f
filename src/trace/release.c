/*
 * Letting tracees go on untraced.
 *
 * COMMAND and its descendants have PTRACE_O_EXITKILL, which can be taken back at a stop alone: each is
 * interrupted, and goes at its next stop.
 *
 * What was attached to has no such option.  An interrupt would make calls fail that know no restart
 * (epoll_wait(2), sigtimedwait(2); signal(7)), so there is none: a tracee that runs goes where it next
 * stops, and one that waits in the kernel, or is stopped with its group, when our process ends.  The kernel
 * lets it go as it is then: a stopped one stays stopped, a signal on its way arrives (ptrace_unlink() in
 * kernel/ptrace.c).  The same function makes a stopped one look for signals; at a call's entry stop that too
 * would make such a call fail, so that it goes into the call traced, and from there as one that waits.
 */
#include "config.h"

#include "trace/release.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "trace/attach.h"
#include "trace/before.h"
#include "trace/wake.h"

/* How long the outcome of calls that are under way is waited for. */
#define PATIENCE_NS (NS_PER_SECOND / 5)

static bool
enters_call(pid_t tid)
{
	struct __ptrace_syscall_info info;

	return ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(info), &info) > 0 &&
	       info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

void
release_one(const struct tracer *tr, struct tracee *t, int signal)
{
	calls_restore_clone(t);
	if (tr->attached && enters_call(t->tid)) {
		/* the outcome of a recorded call is waited for (release_is_done()) */
		(void)ptrace(t->in_call ? PTRACE_SYSCALL : PTRACE_CONT, t->tid, NULL, NULL);
		return;
	}
	/* ESRCH: it has been killed; its exit will be reported */
	if (ptrace(PTRACE_DETACH, t->tid, NULL, (void *)(intptr_t)signal) == 0 || errno != ESRCH)
		t->phase = TRACEE_RELEASED;
}

void
tracer_release(struct tracer *tr)
{
	struct tracee *t, *next;

	if (tr->releasing)
		return;
	attach_end(tr);
	tr->releasing = true;
	tr->deadline_ns = clock_monotonic_ns() + PATIENCE_NS;
	wake_tick(1);
	if (tr->before)
		before_hurry(tr->before);	/* whoever waits for an answer could not be let go */
	HASH_ITER(hh, tr->tracees.by_tid, t, next) {
		if (!tr->attached)
			(void)ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL);
		if (t->process && t->process->image != 0)
			tr->sink->blind(tr->sink->context, t->process->image, BLIND_UNTRACED,
					"was let go on untraced; what it did from then on is not in this record");
	}
}

/*
 * Nobody waits in the loop any more: whoever stops is let go by this handler.  Exits are left alone: helpers of
 * ours are among them.  The stop of a signal has nothing but its number as status (ptrace(2), "Stopped states").
 */
static void
on_stop(int signal)
{
	int saved = errno;
	siginfo_t info = { .si_pid = 0 };

	(void)signal;
	while (waitid(P_ALL, 0, &info, WSTOPPED | WNOHANG | __WALL) == 0 && info.si_pid != 0) {
		int status = info.si_status;

		if (enters_call(info.si_pid))
			(void)ptrace(PTRACE_CONT, info.si_pid, NULL, NULL);
		else
			(void)ptrace(PTRACE_DETACH, info.si_pid, NULL, (void *)(intptr_t)(status < 0x80 ? status : 0));
		info.si_pid = 0;
	}
	errno = saved;
}

/* The tracees that are left go without the loop. */
static void
leave_rest(struct tracer *tr)
{
	struct sigaction sa = { .sa_handler = on_stop, .sa_flags = SA_RESTART };
	struct tracee *t, *next;

	HASH_ITER(hh, tr->tracees.by_tid, t, next) {
		if (t->phase == TRACEE_ORPHAN || t->held || t->errand)
			release_one(tr, t, 0);	/* what it waits for does not come any more */
		else
			calls_abandon(tr, t);
	}
	sigfillset(&sa.sa_mask);
	sigaction(SIGCHLD, &sa, NULL);
	raise(SIGCHLD);		/* for those that have stopped already */
}

bool
release_is_done(struct tracer *tr)
{
	bool waits = tr->releasing && clock_monotonic_ns() < tr->deadline_ns;
	struct tracee *t, *next;

	if (!tr->releasing || !tr->attached)
		return false;
	HASH_ITER(hh, tr->tracees.by_tid, t, next) {
		if (waits && (t->held || t->errand || (t->in_call && (t->recording || t->clone_fix.addr))))
			return false;
	}
	leave_rest(tr);
	return true;
}
