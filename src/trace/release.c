/*
 * Letting tracees go on untraced, so that they do not notice.
 *
 * A tracee is let go at a stop, but not at a call's entry: the kernel then makes it look for signals, and calls
 * that know no restart (epoll_wait(2), sigtimedwait(2); signal(7)) fail with EINTR.  It goes into the call traced.
 *
 * COMMAND and its descendants have PTRACE_O_EXITKILL, which can be taken back at a stop alone: each is
 * interrupted.  Of what was attached to, those are that are outside of calls; whoever waits in the kernel, or is
 * stopped with its group, is left as it is, and goes when our process ends: a stopped one stays stopped, a signal
 * on its way arrives (ptrace_unlink() in kernel/ptrace.c).  One that computed until then could begin a call just
 * as we end, and be at its entry stop.
 *
 * An interrupt is spent by whichever stop comes first (ptrace(2)); if that is a call's entry, the call still looks
 * for signals, and is seen to its end, to be entered again.
 */
#include "config.h"

#include "trace/release.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "trace/attach.h"
#include "trace/attach_span.h"
#include "trace/ask.h"
#include "trace/call.h"
#include "trace/path/proc.h"
#include "trace/signals.h"

/* How long the outcome of calls that are under way is waited for; and for one that only has no turn to stop. */
#define PATIENCE_NS (NS_PER_SECOND / 5)
#define MORE_PATIENCE_NS (10 * NS_PER_SECOND)

static bool
enters_call(pid_t tid)
{
	struct __ptrace_syscall_info info;

	return ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(info), &info) > 0 &&
	       info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

void
release_one(struct tracee *t, int signal)
{
	call_restore_clone(t);
	if ((t->tracer->attached || t->turning) && enters_call(t->tid)) {
		/* the outcome of a recorded call is waited for (release_is_done()), and of one that may be interrupted */
		(void)ptrace(t->in_call || t->turning ? PTRACE_SYSCALL : PTRACE_CONT, t->tid, NULL, NULL);
		return;
	}
	if (t->turning)
		attach_restart_call(t->tid);
	t->turning = false;
	/* ESRCH: it has been killed; its exit will be reported */
	if (ptrace(PTRACE_DETACH, t->tid, NULL, (void *)(intptr_t)signal) == 0 || errno != ESRCH)
		t->phase = TRACEE_RELEASED;
}

/* One that waits for an answer, or a helper, is in its entry stop. */
static bool
must_turn(const struct tracer *tr, const struct tracee *t)
{
	return !tr->attached || (t->phase == TRACEE_RUNNING && t->place == PLACE_OUTSIDE);
}

void
release_start(struct tracer *tr)
{
	struct tracee *t, *next;

	if (tr->releasing)
		return;
	attach_end(tr);
	tr->releasing = true;
	tr->deadline_ns = clock_monotonic_ns() + PATIENCE_NS;
	signals_tick(1);
	if (tr->options->before)
		ask_hurry(tr->options->before);	/* whoever waits for an answer could not be let go */
	if (tr->attached)
		attach_span_tell(tr, true);
	HASH_ITER(hh, tr->tracees, t, next) {
		t->turning = must_turn(tr, t) && ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL) == 0;
		if (!tr->attached && t->process && t->process->image != 0)
			tracee_tell_blind(t, BLIND_UNTRACED, let_go_untraced);
	}
}

/*
 * Nobody waits in the loop any more: whoever stops is let go by this handler.  Exits are left alone: helpers of
 * ours are among them.  The stop of a signal has nothing but its number as status (ptrace(2), "Stopped states").
 */
static void
on_late_stop(int signal)
{
	int saved = errno;
	siginfo_t info = { .si_pid = 0 };

	(void)signal;
	while (waitid(P_ALL, 0, &info, WSTOPPED | WNOHANG | __WALL) == 0 && info.si_pid != 0) {
		int status = info.si_status;

		if (enters_call(info.si_pid)) {
			(void)ptrace(PTRACE_SYSCALL, info.si_pid, NULL, NULL);
		} else {
			attach_restart_call(info.si_pid);	/* it may have been interrupted, and late to stop */
			(void)ptrace(PTRACE_DETACH, info.si_pid, NULL, (void *)(intptr_t)(status < 0x80 ? status : 0));
		}
		info.si_pid = 0;
	}
	errno = saved;
}

/* The tracees that are left go without the loop. */
static void
leave_rest(struct tracer *tr)
{
	struct sigaction sa = { .sa_handler = on_late_stop, .sa_flags = SA_RESTART };
	struct tracee *t, *next;

	HASH_ITER(hh, tr->tracees, t, next) {
		if (t->phase == TRACEE_ORPHAN || t->held || t->errand)
			release_one(t, 0);	/* what it waits for does not come any more */
		else
			call_abandon(t);
	}
	stops_release(&tr->pending);
	sigfillset(&sa.sa_mask);
	sigaction(SIGCHLD, &sa, NULL);
	raise(SIGCHLD);		/* for those that have stopped already */
}

/* Whether it will stop as soon as it gets a processor, or has stopped and nobody has been told. */
static bool
has_no_turn(const struct tracee *t)
{
	struct proc_stat stat;

	return proc_stat(t->tid, &stat) && (stat.state == 'R' || stat.state == 't');
}

static bool
is_awaited(const struct tracee *t, int64_t late_ns)
{
	if (late_ns < 0 && (t->held || t->errand || (t->in_call && (t->recording || t->clone_fix.addr))))
		return true;
	return t->turning && (late_ns < 0 || (late_ns < MORE_PATIENCE_NS && has_no_turn(t)));
}

bool
release_is_done(struct tracer *tr)
{
	struct tracee *t, *next;
	int64_t late_ns;

	if (!tr->releasing || !tr->attached)
		return false;
	late_ns = clock_monotonic_ns() - tr->deadline_ns;
	HASH_ITER(hh, tr->tracees, t, next) {
		if (is_awaited(t, late_ns))
			return false;
	}
	leave_rest(tr);
	return true;
}
