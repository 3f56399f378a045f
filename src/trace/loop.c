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

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "trace/decode.h"
#include "trace/filter.h"
#include "trace/inherited.h"
#include "trace/peek.h"
#include "trace/procinfo.h"
#include "trace/tracer.h"
#include "trace/wake.h"

enum {
	OPTIONS = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
		  PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL,
	SYSCALL_STOP = SIGTRAP | 0x80,
};

/* The kernel's own error numbers for "try again after the signal" (include/linux/errno.h). */
enum { ERESTARTSYS = 512, ERESTART_RESTARTBLOCK = 516 };

struct tracer {
	const struct event_sink *sink;
	const struct tracer_hooks *hooks;
	bool filter;
	struct tracees tracees;
	pid_t command;		/* COMMAND's process */
	bool started;		/* COMMAND has been executed */
	bool proven;		/* a stop of the child has been seen */
	bool releasing;		/* each tracee goes on untraced from its next stop */
	bool active;		/* something happened since the last tick */
	unsigned orphans;
	unsigned long moves;	/* directories that have been moved */
	unsigned long stops;
};

struct tracer *
tracer_new(const struct event_sink *sink, const struct tracer_hooks *hooks, bool filter)
{
	struct tracer *tr = xcalloc(1, sizeof(*tr));

	tr->sink = sink;
	tr->hooks = hooks;
	tr->filter = filter;
	systable_init();
	return tr;
}

void
tracer_free(struct tracer *tr)
{
	if (!tr)
		return;
	tracees_release(&tr->tracees);
	free(tr);
}

bool
tracer_proven(const struct tracer *tr)
{
	return tr->proven;
}

unsigned long
tracer_stops(const struct tracer *tr)
{
	return tr->stops;
}

/* Let a stopped tracee go on, a signal delivered to it if there is one. */
static void
resume(const struct tracer *tr, struct tracee *t, int signal)
{
	int request = !tr->filter || t->in_call ? PTRACE_SYSCALL : PTRACE_CONT;

	if (tr->releasing) {
		(void)ptrace(PTRACE_DETACH, t->tid, NULL, (void *)(intptr_t)signal);
		t->phase = TRACEE_RELEASED;
		return;
	}

	/* ESRCH: it has been killed; its exit will be reported */
	(void)ptrace(request, t->tid, NULL, (void *)(intptr_t)signal);
}

static void
note_activity(struct tracer *tr)
{
	tr->active = true;
	wake_tick(1);
}

int
tracer_seize(struct tracer *tr, pid_t pid, struct err *e)
{
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)(intptr_t)OPTIONS) < 0) {
		int why = errno;

		err_system(e, "cannot trace the command (ptrace)");
		if (why == EPERM || why == EACCES)
			return err_set(e, ERR_SYSTEM, "%s",
				       "cannot trace the command: ptrace is forbidden here, by a container's "
				       "seccomp profile or by Yama (/proc/sys/kernel/yama/ptrace_scope)");
		if (why == ENOSYS || why == EIO)
			return err_set(e, ERR_SYSTEM, "cannot trace the command: this kernel or emulator "
				       "has no PTRACE_SEIZE: %s", strerror(why));
		return -1;
	}
	tr->command = pid;
	tracee_add(&tr->tracees, pid, process_new(pid), TRACEE_RUNNING);
	if (!tr->filter)
		(void)ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);	/* so that its calls begin to stop */
	return 0;
}

/* Tell of a new process image. */
static void
start_image(struct tracer *tr, struct process *p, uint32_t parent, bool is_exec)
{
	struct process_start start = {
		.image = ++tr->tracees.last_image,
		.parent_image = parent,
		.pid = p->pid,
		.is_exec = is_exec,
		.started_ns = clock_now_ns(),
	};
	char *program = is_exec ? procinfo_program(p->pid) : NULL;
	char *command = is_exec ? procinfo_command(p->pid) : NULL;
	char *cwd = procinfo_cwd(p->pid);

	if (cwd) {
		free(p->cwd);
		p->cwd = cwd;
	}
	process_keep_memory(p);
	start.program = program;
	start.command = command;
	start.directory = p->cwd;
	p->image = start.image;
	tr->sink->process_start(tr->sink->context, &start);
	/* a tracer with rights lets set-id programs have theirs; see filter_load() */
	if (is_exec && geteuid() != 0 && procinfo_lost_privilege(p->pid))
		tr->sink->blind(tr->sink->context, p->image, BLIND_SET_ID,
				"was executed without the privilege that its file gives, since the tracer is not "
				"root; what it would have done with it is not in this record");
	note_activity(tr);
	free(program);
	free(command);
}

/* What was changed in memory for clone3 is put back before the tracee can look. */
static void
restore_clone(struct tracee *t)
{
	if (t->clone_fix.addr)
		(void)peek_write(t->tid, t->clone_fix.addr, &t->clone_fix.flags, sizeof(t->clone_fix.flags));
	t->clone_fix.addr = 0;
}

/* A new task has been claimed by its parent: a thread of the same process, or a process of its own. */
static void
join_family(struct tracer *tr, struct tracee *child, struct process *parent)
{
	if (procinfo_is_thread_of(child->tid, parent->pid)) {
		tracee_join(child, parent);
		return;
	}
	tracee_join(child, process_new(child->tid));
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
		child = tracee_find(&tr->tracees, (pid_t)message);
		if (!child) {
			child = tracee_add(&tr->tracees, (pid_t)message, NULL, TRACEE_EXPECTED);
			join_family(tr, child, t->process);
		} else if (child->phase == TRACEE_ORPHAN) {
			join_family(tr, child, t->process);
			tr->orphans--;
			child->phase = TRACEE_RUNNING;
			child->clone_fix = t->clone_fix;
			restore_clone(child);
			resume(tr, child, 0);
		}
		if (child->phase == TRACEE_EXPECTED)
			child->clone_fix = t->clone_fix;
	}
	resume(tr, t, 0);
}

/* A call that was interrupted and will not be entered again has failed. */
static void
fail_interrupted(struct tracer *tr, struct tracee *t)
{
	struct interrupted *i = &t->interrupted;

	if (!i->is_set)
		return;
	i->is_set = false;
	i->call.error = EINTR;
	tr->sink->leave(tr->sink->context, t->process->image, &i->call);
	call_release(&i->call);
}

/*
 * The caller is killed in the middle of a call: nobody hears of its outcome.  An open alone can be
 * interrupted then, and has done nothing; the others have done their work.
 */
static void
abandon_call(struct tracer *tr, struct tracee *t)
{
	if (t->recording && t->in_call && t->call.op != OP_OPEN && t->call.op != OP_CREATE) {
		t->call.error = 0;
		tr->sink->leave(tr->sink->context, t->process->image, &t->call);
	}
	tracee_end_call(t);
	fail_interrupted(tr, t);
}

static void
on_exec(struct tracer *tr, struct tracee *t)
{
	unsigned long former = 0;
	struct tracee *old;

	/* The thread that called execve(2) has taken the leader's id; its own has ceased without a word. */
	if (ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &former) == 0 && (pid_t)former != t->tid) {
		old = tracee_find(&tr->tracees, (pid_t)former);
		if (old)
			tracee_remove(&tr->tracees, old);
		abandon_call(tr, t);
	}
	if (t->tid == tr->command && !tr->started) {
		tr->started = true;
		start_image(tr, t->process, 0, true);
		inherited_report(t, tr->sink);
		tr->hooks->started(tr->hooks->context);
	} else {
		start_image(tr, t->process, t->process->image, true);
	}
	resume(tr, t, 0);
}

/* A call of ours begins: decode it and hand it over before it goes on. */
static void
enter_call(struct tracer *tr, struct tracee *t)
{
	struct call call;
	enum decision decision;

	t->desc = systable_find(t->abi, t->number);
	if (!t->desc)
		return;
	decision = decode(t, &call);
	if (decision == DECIDE_RECORD && t->process->image != 0) {
		t->call = call;
		t->recording = true;
		t->in_call = true;
		tr->sink->enter(tr->sink->context, t->process->image, &t->call);
		target_close(&t->call.target[0]);
		target_close(&t->call.target[1]);
		note_activity(tr);
		return;
	}
	t->in_call = decision == DECIDE_OUTCOME;
	call_release(&call);
}

/* A call newer than our table: it goes on, and its outcome tells whether the kernel has it. */
static bool
is_unknown(const struct tracee *t)
{
	return t->number > SYSCALL_NEWEST && t->number < abis[t->abi].number_limit;
}

/*
 * Handlers run deeper in the stack than the call that they interrupted; there it stays open whether that
 * call comes back.
 */
static void
settle_interrupted(struct tracer *tr, struct tracee *t)
{
	struct interrupted *i = &t->interrupted;

	if (!i->is_set)
		return;
	if (t->abi == i->abi && t->number == i->number && memcmp(t->args, i->args, sizeof(t->args)) == 0) {
		i->is_set = false;
		call_release(&i->call);
	} else if (t->stack_pointer >= i->stack_pointer) {
		fail_interrupted(tr, t);
	}
}

/* Under the filter an ABI that the table does not cover (x32) has no calls; without one the same is done here. */
static void
refuse_foreign_abi(const struct tracer *tr, const struct tracee *t)
{
	bool is_x32 = t->abi != ABI_COUNT && (t->number & ~(uint64_t)0x3fffffff) == 0x40000000;

	if (!tr->filter && is_x32)
		arch_skip_call(t->tid, ENOSYS);
}

static void
on_entry(struct tracer *tr, struct tracee *t, const struct __ptrace_syscall_info *info)
{
	/* entry and seccomp have number and arguments at the same place (ptrace(2)) */
	t->abi = abi_of(info->arch);
	t->number = info->entry.nr;
	for (unsigned i = 0; i < 6; i++)
		t->args[i] = info->entry.args[i];
	t->stack_pointer = info->stack_pointer;
	t->moves = tr->moves;
	t->forked = false;
	tracee_end_call(t);
	settle_interrupted(tr, t);
	peek_use_memory(t->process->mem_fd);
	if (t->abi == ABI_COUNT || t->number >= abis[t->abi].number_limit) {
		refuse_foreign_abi(tr, t);
		return;
	}
	if (is_unknown(t))
		t->in_call = true;
	else
		enter_call(tr, t);
}

static void
report_unknown(struct tracer *tr, const struct tracee *t)
{
	char detail[128];

	snprintf(detail, sizeof(detail), "made a system call that this version does not know, number %llu; "
		 "what that did is not in this record", (unsigned long long)t->number);
	tr->sink->blind(tr->sink->context, t->process->image, BLIND_UNKNOWN_CALL, detail);
}

/* Put the call aside until it is known whether it is entered again. */
static void
interrupt_call(struct tracer *tr, struct tracee *t)
{
	struct interrupted *i = &t->interrupted;

	fail_interrupted(tr, t);
	i->is_set = true;
	i->abi = t->abi;
	i->number = t->number;
	memcpy(i->args, t->args, sizeof(i->args));
	i->stack_pointer = t->stack_pointer;
	i->call = t->call;
	t->recording = false;		/* the call is not t's any more */
}

/*
 * A directory was moved while the call was on its way: the name that it meant may have become another one.
 * It is looked up again, and what is found counts as well; an open is known by its descriptor anyhow.
 */
static void
look_again(struct tracer *tr, struct tracee *t)
{
	struct call again;
	bool elsewhere = false;

	if (t->moves == tr->moves || t->desc->on_success == opened)
		return;
	if (decode(t, &again) == DECIDE_RECORD && again.n_targets == t->call.n_targets) {
		for (unsigned i = 0; i < again.n_targets; i++)
			elsewhere |= strcmp(again.target[i].path, t->call.target[i].path) != 0;
	}
	if (elsewhere) {
		tr->sink->enter(tr->sink->context, t->process->image, &again);
		tr->sink->leave(tr->sink->context, t->process->image, &again);
	}
	call_release(&again);
}

static bool
moved_directory(const struct call *c)
{
	return (c->op == OP_RENAME || c->op == OP_EXCHANGE) &&
	       (S_ISDIR(c->target[0].st.st_mode) || S_ISDIR(c->target[1].st.st_mode));
}

static void
on_exit_stop(struct tracer *tr, struct tracee *t, int64_t result, bool is_error)
{
	if (!t->in_call)
		return;
	t->in_call = false;
	peek_use_memory(t->process->mem_fd);
	restore_clone(t);
	if (t->desc && t->desc->on_success && !is_error)
		t->desc->on_success(t, result, tr->sink);
	if (is_error && t->notice.on_failure)
		tracee_tell_notice(t, tr->sink);
	if (!t->recording) {
		if (!t->desc && !(is_error && result == -ENOSYS) && t->process->image != 0)
			report_unknown(tr, t);
		return;
	}
	if (is_error && result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK) {
		interrupt_call(tr, t);
		return;
	}
	t->call.error = is_error ? (int)-result : 0;
	tr->sink->leave(tr->sink->context, t->process->image, &t->call);
	if (!is_error) {
		look_again(tr, t);
		tr->moves += moved_directory(&t->call);
	}
	tracee_end_call(t);
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
		resume(tr, t, 0);
		return;
	}
	tr->proven = true;
	/* A RET_TRACE of a filter of the tracee's own: without its tracer the call does not exist. */
	if (info.op == PTRACE_SYSCALL_INFO_SECCOMP && info.seccomp.ret_data != FILTER_DATA)
		arch_skip_call(t->tid, ENOSYS);
	else if (tr->filter)
		on_entry(tr, t, &info);
	resume(tr, t, 0);
}

static void
on_syscall_stop(struct tracer *tr, struct tracee *t)
{
	struct __ptrace_syscall_info info;

	if (syscall_info(t->tid, &info)) {
		tr->proven = true;
		if (info.op == PTRACE_SYSCALL_INFO_EXIT)
			on_exit_stop(tr, t, info.exit.rval, info.exit.is_error);
		else if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			on_entry(tr, t, &info);
	}
	resume(tr, t, 0);
}

/* A first stop, a group-stop, or the end of one. */
static void
on_event_stop(struct tracer *tr, struct tracee *t, int signal)
{
	if (t->phase == TRACEE_ORPHAN)
		return;		/* held until its parent's event claims it */
	if (t->phase == TRACEE_EXPECTED) {
		t->phase = TRACEE_RUNNING;
		restore_clone(t);
		resume(tr, t, 0);
		return;
	}
	if (!tr->releasing &&
	    (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU))
		(void)ptrace(PTRACE_LISTEN, t->tid, NULL, NULL);
	else
		resume(tr, t, 0);
}

static void
adopt_orphan(struct tracer *tr, struct tracee *orphan, struct process *family)
{
	join_family(tr, orphan, family);
	orphan->phase = TRACEE_RUNNING;
	tr->orphans--;
	resume(tr, orphan, 0);
}

/* A parent that is killed before its event is reported leaves a child that nobody claims. */
static void
adopt_orphans(struct tracer *tr, struct process *dying)
{
	struct tracee *t, *next;

	if (tr->orphans == 0)
		return;
	HASH_ITER(hh, tr->tracees.by_tid, t, next) {
		struct tracee *relative;
		pid_t pid;

		if (t->phase != TRACEE_ORPHAN)
			continue;
		pid = procinfo_process(t->tid);
		relative = tracee_find(&tr->tracees, pid != t->tid ? pid : procinfo_parent(t->tid));
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
		tracee_remove(&tr->tracees, t);
		return;
	}
	abandon_call(tr, t);
	if (t->tid == p->pid && !p->ended) {
		p->ended = true;
		if (p->image != 0)
			tr->sink->process_end(tr->sink->context, p->image, status, clock_now_ns());
		note_activity(tr);
	}
	adopt_orphans(tr, p);
	is_command = t->tid == tr->command;
	tracee_remove(&tr->tracees, t);
	if (is_command)
		tr->hooks->command_ended(tr->hooks->context, status);
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
			resume(tr, t, signal);
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
		resume(tr, t, 0);
	}
}

void
tracer_release(struct tracer *tr)
{
	struct tracee *t, *next;

	if (tr->releasing)
		return;
	tr->releasing = true;
	HASH_ITER(hh, tr->tracees.by_tid, t, next) {
		(void)ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL);
		if (t->process && t->tid == t->process->pid && t->process->image != 0)
			tr->sink->blind(tr->sink->context, t->process->image, BLIND_UNTRACED,
					"was let go on untraced; what it did from then on is not in this record");
	}
}

static void
dispatch(struct tracer *tr, pid_t tid, int status)
{
	struct tracee *t = tracee_find(&tr->tracees, tid);

	tr->stops++;
	if (!t) {
		if (!WIFSTOPPED(status))
			return;
		/* a new task's first stop has overtaken its parent's event */
		t = tracee_add(&tr->tracees, tid, NULL, TRACEE_ORPHAN);
		tr->orphans++;
	}
	if (!WIFSTOPPED(status)) {
		on_end(tr, t, status);
		return;
	}
	if (t->phase == TRACEE_ORPHAN)
		on_event_stop(tr, t, WSTOPSIG(status));
	else
		on_stopped(tr, t, status);
	if (t->phase == TRACEE_RELEASED) {
		abandon_call(tr, t);
		tracee_remove(&tr->tracees, t);
	}
}

static void
on_wake(struct tracer *tr, unsigned bits)
{
	bool again = (bits & WAKE_TICK) && tr->started && tr->sink->tick(tr->sink->context);

	if (!tr->active && !again)
		wake_tick(0);
	tr->active = false;
	tr->hooks->woken(tr->hooks->context, bits);
}

int
tracer_loop(struct tracer *tr, struct err *e)
{
	while (tracees_count(&tr->tracees) > 0) {
		unsigned bits = wake_take();
		int status;
		pid_t tid;

		if (bits)
			on_wake(tr, bits);
		tid = waitpid(-1, &status, __WALL);
		if (tid > 0)
			dispatch(tr, tid, status);
		else if (errno == ECHILD)
			break;
		else if (errno != EINTR)
			return err_system(e, "cannot wait for the traced processes");
	}
	return 0;
}

void
tracer_each_process(const struct tracer *tr, void (*each)(void *context, pid_t pid), void *context)
{
	struct tracee *t, *next;

	HASH_ITER(hh, tr->tracees.by_tid, t, next) {
		if (t->process && t->tid == t->process->pid)
			each(context, t->tid);
	}
}

static void
kill_one(void *context, pid_t pid)
{
	kill(pid, *(const int *)context);
}

void
tracer_kill(const struct tracer *tr, int signal)
{
	tracer_each_process(tr, kill_one, &signal);
}
