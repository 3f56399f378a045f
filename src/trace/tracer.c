/*
 * The wait loop.  A status from waitpid(2) is told apart (ptrace(2), "Stopped states"), a function acts on
 * it, and the tracee goes on.  Stops come in any order, and at any moment a tracee may be gone (ESRCH):
 * its exit will be reported, so that nothing is to be done then.
 *
 *     entry stop (seccomp)  --PTRACE_CONT-->     no exit stop        the call is of no interest
 *     entry stop (seccomp)  --PTRACE_SYSCALL-->  exit stop           the outcome matters
 *     without a filter      --PTRACE_SYSCALL-->  every entry and exit stops
 */
#include "config.h"

#include "trace/tracer.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "trace/attach.h"
#include "trace/ask.h"
#include "trace/call.h"
#include "trace/errand.h"
#include "trace/filter.h"
#include "trace/inherited.h"
#include "trace/attach_permit.h"
#include "trace/attach_span.h"
#include "trace/path/proc.h"
#include "trace/leave.h"
#include "trace/release.h"
#include "mount/remote.h"
#include "trace/syscalls.h"
#include "trace/placement.h"
#include "trace/signals.h"
#include "trace/stops.h"

enum {
	SYSCALL_STOP = SIGTRAP | 0x80,
};

/* Without PTRACE_O_TRACESECCOMP a RET_TRACE of a tracee's own filter means what it does without a tracer. */
static unsigned long
options_of(const struct tracer *tr)
{
	return TRACER_OPTIONS | PTRACE_O_EXITKILL | (tr->options->filter ? PTRACE_O_TRACESECCOMP : 0);
}

void
tracer_note_activity(struct tracer *tr)
{
	tr->active = true;
	signals_tick(1);
}

struct tracer *
tracer_new(const struct tracer_hooks *hooks, const struct tracer_options *options)
{
	struct tracer *tr = xcalloc(1, sizeof(*tr));

	tr->hooks = hooks;
	tr->options = options;
	tr->is_root = geteuid() == 0;
	tr->view.kept.held_mount = options->held_mount;
	syscalls_init();
	tr->remote = remote_new();
	return tr;
}

void
tracer_free(struct tracer *tr)
{
	if (!tr)
		return;
	tracee_release_all(tr);
	kept_dirs_forget(&tr->view.kept);
	stops_release(&tr->pending);
	remote_free(tr->remote);
	mounts_release(&tr->mounts);
	attach_span_release(&tr->span);
	free(tr->queues);
	free(tr);
}

bool
tracer_proven(const struct tracer *tr)
{
	return tr->proven;
}

unsigned
tracer_leak_checkers(const struct tracer *tr)
{
	return tr->leak_checkers;
}

unsigned long
tracer_refused(const struct tracer *tr)
{
	return tr->refused;
}

unsigned long
tracer_stops(const struct tracer *tr)
{
	return tr->stops;
}

/*
 * Another thread has executed a program while the leader was stopped, and has its number now: it is not to go on before
 * its PTRACE_EVENT_EXEC has been served, and what was to be done with the leader's stop comes too late.
 */
static bool
is_taken_over(const struct tracee *t)
{
	siginfo_t info;

	return t->process && t->tid == t->process->pid && t->process->threads > 1 && !t->executed &&
	       ptrace(PTRACE_GETSIGINFO, t->tid, NULL, &info) == 0 &&
	       info.si_code == (SIGTRAP | PTRACE_EVENT_EXEC << 8);
}

void
tracer_resume(struct tracee *t, int signal)
{
	struct tracer *tr = t->tracer;
	int request = !tr->options->filter || t->in_call ? PTRACE_SYSCALL : PTRACE_CONT;

	if (t->held || t->errand)
		return;		/* until on_answer() or on_helper_end() */
	if (is_taken_over(t))
		return;
	if (tr->attaching) {
		t->hold = HOLD_RESUME;
		t->hold_signal = signal;
		return;
	}
	if (tr->releasing) {
		release_one(t, signal);
		return;
	}

	/* ESRCH: it has been killed; its exit will be reported */
	(void)ptrace(request, t->tid, NULL, (void *)(intptr_t)signal);
}

int
tracer_seize(struct tracer *tr, pid_t pid, struct err *e)
{
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)options_of(tr)) < 0) {
		int why = errno;

		if (proc_tracer(pid) > 0)
			return attach_permit_explain(pid, why, e);	/* by a tracer of ours: it follows our descendants too */
		err_system(e, "cannot trace the command (ptrace)");
		if (why == EACCES)
			return attach_permit_blame_module(e);
		if (why == EPERM)
			return err_set(e, ERR_SYSTEM, "%s",
				       "cannot trace the command: ptrace is forbidden here, by a container's "
				       "seccomp profile or by Yama (/proc/sys/kernel/yama/ptrace_scope)");
		if (why == ENOSYS || why == EIO)
			return err_set(e, ERR_SYSTEM, "cannot trace the command: this kernel or emulator "
				       "has no PTRACE_SEIZE: %s", strerror(why));
		return -1;
	}
	tr->command = pid;
	tracee_add(tr, pid, tracee_process_new(pid), TRACEE_RUNNING);
	if (!tr->options->filter)
		(void)ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);	/* so that its calls begin to stop */
	return 0;
}

void
tracer_tell_image(struct tracer *tr, struct process *p, pid_t tid, struct process_start *start)
{
	/* with CAP_SYS_PTRACE nothing is ever closed to us, and root does without the descriptor */
	bool readable = tr->is_root || tracee_process_keep_memory(p, tid);

	tracee_process_note_cwd(p, tid);
	start->image = ++tr->last_image;
	start->pid = p->pid;
	start->directory = p->cwd;
	p->image = start->image;
	tr->sink->process_start(tr->sink->context, start);
	if (!readable)
		tr->sink->blind(tr->sink->context, p->image, BLIND_PATH,
				"does not let its memory be read (its program may be executed, but not read); the "
				"paths that it names are not in this record");
	tracer_note_activity(tr);
}

/* A fork or an exec has made a new process image. */
static void
start_image(struct tracer *tr, struct process *p, uint32_t parent, bool is_exec)
{
	char *program = is_exec ? proc_program(p->pid, PROC_EXECUTED) : NULL;
	char *command = is_exec ? proc_command(p->pid, PROC_EXECUTED) : NULL;
	struct process_start start = {
		.parent_image = parent, .is_exec = is_exec, .program = program, .command = command,
		.started_ns = clock_now_ns(),
	};

	tracer_tell_image(tr, p, p->pid, &start);
	/* a tracer with rights lets set-id programs have theirs; see filter_load() */
	if (is_exec && !tr->is_root && proc_lost_privilege(tr->remote, p->pid))
		tr->sink->blind(tr->sink->context, p->image, BLIND_SET_ID,
				"was executed without the privilege that its file gives, since the tracer is not "
				"root; what it would have done with it is not in this record");
	free(program);
	free(command);
}

/* A new task has been claimed by its parent: a thread of the same process, or a process of its own. */
static void
join_family(struct tracer *tr, struct tracee *child, struct process *parent)
{
	if (proc_is_thread_of(child->tid, parent->pid)) {
		tracee_join(child, parent);
		return;
	}
	tracee_join(child, tracee_process_new(child->tid));
	if (parent->cwd)
		child->process->cwd = xstrdup(parent->cwd);
	if (parent->image != 0)
		start_image(tr, child->process, parent->image, false);
}

static void
on_new_child(struct tracer *tr, struct tracee *t)
{
	unsigned long message = 0;
	struct tracee *child;

	if (ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &message) == 0 && message != 0) {
		t->forked = true;
		child = tracee_find(tr, (pid_t)message);
		if (!child) {
			child = tracee_add(tr, (pid_t)message, NULL, TRACEE_EXPECTED);
			join_family(tr, child, t->process);
		} else if (child->phase == TRACEE_ORPHAN) {
			join_family(tr, child, t->process);
			tr->orphans--;
			child->phase = TRACEE_RUNNING;
			child->clone_fix = t->clone_fix;
			call_restore_clone(child);
			tracer_resume(child, 0);
			if (child->phase == TRACEE_RELEASED)
				tracee_remove(child);
			return tracer_resume(t, 0);
		}
		if (child->phase == TRACEE_EXPECTED)
			child->clone_fix = t->clone_fix;
	}
	tracer_resume(t, 0);
}

static void
on_exec(struct tracer *tr, struct tracee *t)
{
	unsigned long former = 0;
	struct tracee *old;

	/* The thread that called execve(2) has taken the leader's id; its own has ceased without a word. */
	if (ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &former) == 0 && (pid_t)former != t->tid) {
		old = tracee_find(tr, (pid_t)former);
		if (old) {
			attach_caught(old, 0);
			tracee_remove(old);
		}
		call_abandon(t);
	}
	if (t->tid == tr->command && !tr->started) {
		tr->started = true;
		start_image(tr, t->process, 0, true);
		inherited_report(t, false);
		tr->hooks->started(tr->hooks->context);
	} else {
		start_image(tr, t->process, t->process->image, true);
	}
	t->executed = true;
	tracer_resume(t, 0);
	t->executed = false;
}

static bool
syscall_info(pid_t tid, struct __ptrace_syscall_info *info)
{
	return ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(*info), info) > 0;
}

static void
on_seccomp(struct tracer *tr, struct tracee *t)
{
	struct __ptrace_syscall_info info;

	if (!syscall_info(t->tid, &info)) {
		tracer_resume(t, 0);
		return;
	}
	tr->proven = true;
	/* A RET_TRACE of a filter of the tracee's own: without its tracer the call does not exist. */
	if (info.op == PTRACE_SYSCALL_INFO_SECCOMP && info.seccomp.ret_data != FILTER_DATA)
		arch_skip_call(t->tid, ENOSYS);
	else if (tr->options->filter && tr->leaving)
		leave_call(t->tid, &info);
	else if (tr->options->filter)
		call_enter(t, &info);
	tracer_resume(t, 0);
}

static void
on_syscall_stop(struct tracer *tr, struct tracee *t)
{
	struct __ptrace_syscall_info info;

	if (syscall_info(t->tid, &info)) {
		tr->proven = true;
		t->place = info.op == PTRACE_SYSCALL_INFO_ENTRY ? PLACE_IN_CALL : PLACE_OUTSIDE;
		if (info.op == PTRACE_SYSCALL_INFO_EXIT)
			call_leave(t, info.exit.rval, info.exit.is_error);
		else if (info.op == PTRACE_SYSCALL_INFO_ENTRY && !tr->releasing)
			call_enter(t, &info);
	}
	tracer_resume(t, 0);
}

void
tracer_listen(struct tracee *t)
{
	t->place = PLACE_GROUP_STOP;
	if (t->tracer->attaching)
		t->hold = HOLD_LISTEN;
	else
		(void)ptrace(PTRACE_LISTEN, t->tid, NULL, NULL);
}

/* A first stop, a group-stop, or the end of one. */
static void
on_event_stop(struct tracer *tr, struct tracee *t, int signal)
{
	if (t->phase == TRACEE_ORPHAN)
		return;		/* held until its parent's event claims it */
	if (t->phase == TRACEE_EXPECTED) {
		t->phase = TRACEE_RUNNING;
		call_restore_clone(t);
		tracer_resume(t, 0);
		return;
	}
	t->place = PLACE_OUTSIDE;
	if (!tr->releasing &&
	    (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU))
		tracer_listen(t);
	else
		tracer_resume(t, 0);
}

static void
adopt_orphan(struct tracer *tr, struct tracee *orphan, struct process *family)
{
	join_family(tr, orphan, family);
	orphan->phase = TRACEE_RUNNING;
	tr->orphans--;
	tracer_resume(orphan, 0);
}

/* A parent that is killed before its event is reported leaves a child that nobody claims. */
static void
adopt_orphans(struct tracer *tr, struct process *dying)
{
	struct tracee *t, *next;

	if (tr->orphans == 0)
		return;
	HASH_ITER(hh, tr->tracees, t, next) {
		struct tracee *relative;
		pid_t pid;

		if (t->phase != TRACEE_ORPHAN)
			continue;
		pid = proc_process(t->tid);
		relative = tracee_find(tr, pid != t->tid ? pid : proc_parent(t->tid));
		if (relative && relative->process && relative->process != dying)
			continue;	/* alive: its event will come */
		adopt_orphan(tr, t, dying);
	}
}

static void
on_end(struct tracer *tr, struct tracee *t, int status)
{
	struct process *p = t->process;
	bool is_command;

	if (t->phase == TRACEE_ORPHAN) {
		tr->orphans--;
		tracee_remove(t);
		return;
	}
	call_abandon(t);
	/* a leader that had ended before it could be traced leaves its last thread to tell */
	if ((t->tid == p->pid || (p->threads == 1 && !tr->command)) && !p->ended) {
		p->ended = true;
		tr->leak_checkers += p->leak_checked && status != 0;
		if (p->image != 0)
			tr->sink->process_end(tr->sink->context, p->image, status, clock_now_ns());
		tracer_note_activity(tr);
	}
	adopt_orphans(tr, p);
	is_command = t->tid == tr->command;
	tracee_remove(t);
	if (is_command) {
		/* whoever called us may be about to go as well */
		kept_dirs_forget(&tr->view.kept);
		tr->view.kept.held_mount = 0;
		tr->hooks->command_ended(tr->hooks->context, status);
	}
}

static void
on_stopped(struct tracer *tr, struct tracee *t, int status)
{
	int signal = WSTOPSIG(status);

	switch (status >> 16) {
	case 0:
		if (signal == SYSCALL_STOP)
			on_syscall_stop(tr, t);
		else
			tracer_resume(t, signal);
		break;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		on_new_child(tr, t);
		break;
	case PTRACE_EVENT_EXEC:
		on_exec(tr, t);
		break;
	case PTRACE_EVENT_SECCOMP:
		on_seccomp(tr, t);
		break;
	case PTRACE_EVENT_STOP:
		on_event_stop(tr, t, signal);
		break;
	default:
		tracer_resume(t, 0);
	}
}

/*
 * A task that nobody knows has stopped.  A new one's first stop may overtake its parent's event; a leader
 * that had ended before it could be traced comes back when another thread executes a program.
 */
static struct tracee *
add_unknown(struct tracer *tr, pid_t tid, int status)
{
	unsigned long former = 0;
	struct tracee *old = NULL;

	if (status >> 16 == PTRACE_EVENT_EXEC && ptrace(PTRACE_GETEVENTMSG, tid, NULL, &former) == 0)
		old = tracee_find(tr, (pid_t)former);
	if (old && old->process)
		return tracee_add(tr, tid, old->process, TRACEE_RUNNING);
	tr->orphans++;
	return tracee_add(tr, tid, NULL, TRACEE_ORPHAN);
}

/* One that was let go leaves the table. */
static void
forget_released(struct tracee *t)
{
	if (t->phase != TRACEE_RELEASED)
		return;
	if (t->in_call && t->recording)
		call_abandon(t);
	tracee_remove(t);
}

/* A child has ended that is no tracee: somebody may be waiting for what it says of a connection. */
static void
on_answer(struct tracer *tr, pid_t child, int status)
{
	struct tracee *t;
	bool allowed;
	pid_t tid;

	if (!tr->options->before || !ask_answered(tr->options->before, child, status, &tid, &allowed))
		return;
	t = tid ? tracee_find(tr, tid) : NULL;
	if (t && t->held) {
		call_answer(t, allowed);
		tracer_resume(t, 0);
		forget_released(t);
	}
}

/* A helper that a tracee waits for; or one that nobody waits for any more. */
static void
on_helper_end(struct tracer *tr, pid_t pid, int status)
{
	struct tracee *t = errand_by_helper(tr, pid);

	if (!t)
		return;
	call_errand_ended(t, false, status);
	tracer_resume(t, 0);
	forget_released(t);
}

static void
on_late_helpers(struct tracer *tr)
{
	struct tracee *t;

	while ((t = errand_late(tr))) {
		call_errand_ended(t, true, 0);
		tracer_resume(t, 0);
		forget_released(t);
	}
}

static void
dispatch(struct tracer *tr, pid_t tid, int status)
{
	struct tracee *t = tracee_find(tr, tid);

	tr->stops++;
	kept_dirs_begin(&tr->view.kept);
	placement_stop(tr->placement, tid, tr->pending.several);
	if (!t) {
		if (!WIFSTOPPED(status)) {
			on_answer(tr, tid, status);
			on_helper_end(tr, tid, status);
			return;
		}
		t = add_unknown(tr, tid, status);
	}
	attach_caught(t, status);
	if (!WIFSTOPPED(status)) {
		on_end(tr, t, status);
		return;
	}
	if (status >> 16 != PTRACE_EVENT_EXEC && is_taken_over(t))
		return;
	if (t->phase == TRACEE_ORPHAN)
		on_event_stop(tr, t, WSTOPSIG(status));
	else
		on_stopped(tr, t, status);
	if (tr->view.kept.any)
		tracer_note_activity(tr);	/* a tick will forget it */
	forget_released(t);
}

static void
on_wake(struct tracer *tr, unsigned bits)
{
	bool again = (bits & WAKE_TICK) && tr->started && tr->sink->tick(tr->sink->context);
	bool asking = tr->options->before && ask_tick(tr->options->before);

	kept_dirs_forget(&tr->view.kept);
	on_late_helpers(tr);
	attach_joined(tr);
	if (!tr->active && !again && !asking && tr->errands == 0 && !tr->deadline_ns && !tr->options->cgroup)
		signals_tick(0);
	tr->active = false;
	attach_proceed(tr);
	tr->hooks->woken(tr->hooks->context, bits);
}

/* The last of a control group may have had somebody else start its successor. */
static bool
has_tracees(struct tracer *tr)
{
	if (tracee_count(tr) > 0 || stops_any(&tr->pending))
		return true;
	attach_joined(tr);
	return tracee_count(tr) > 0;
}

static int
serve(struct tracer *tr, struct err *e)
{
	while (has_tracees(tr) && !release_is_done(tr) &&
	       !leave_is_done(tr)) {
		unsigned bits = signals_take();
		int status;
		pid_t tid;

		if (bits) {
			on_wake(tr, bits);
			continue;
		}
		tid = stops_next(&tr->pending, tracee_count(tr), &status);
		if (tid > 0) {
			dispatch(tr, tid, status);
			attach_proceed(tr);
		} else if (errno == ECHILD) {
			break;
		} else if (errno != EINTR) {
			return err_system(e, "cannot wait for the traced processes");
		}
	}
	return 0;
}

int
tracer_loop(struct tracer *tr, const struct event_sink *sink, struct err *e)
{
	int rc;

	tr->sink = sink;
	if (tr->attaching)
		attach_interrupt(tr);
	tr->placement = placement_new("/proc/loadavg");
	rc = serve(tr, e);
	attach_span_tell(tr, tr->releasing);
	leave_hand_over(tr);
	kept_dirs_forget(&tr->view.kept);
	placement_free(tr->placement);
	tr->placement = NULL;
	return rc;
}

void
tracer_each_process(struct tracer *tr, void (*each)(void *context, pid_t pid), void *context)
{
	struct tracee *t, *next;

	/* by their threads: a process's first one may have ended before it could be traced */
	tr->round++;
	HASH_ITER(hh, tr->tracees, t, next) {
		if (!t->process || t->process->round == tr->round)
			continue;
		t->process->round = tr->round;
		each(context, t->process->pid);
	}
}

static void
kill_one(void *context, pid_t pid)
{
	kill(pid, *(const int *)context);
}

void
tracer_kill(struct tracer *tr, int signal)
{
	tracer_each_process(tr, kill_one, &signal);
}
