/* Calls that change nothing themselves, but after which somebody may act unseen. */
#include "config.h"

#include "trace/decode/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/quote.h"
#include "trace/decode/names.h"
#include "trace/join.h"
#include "trace/memory.h"
#include "trace/path/proc.h"
#include "trace/tracer.h"

/* LeakSanitizer stops its process from a child that shares its memory; debuggers trace the other way round. */
static void
note_leak_checker(struct tracee *t, pid_t tid)
{
	struct tracee *other = tracee_find(t->tracer, tid);

	if (other && other->process && other->process != t->process && other->process->pid == proc_parent(t->process->pid))
		other->process->leak_checked = true;
}

/* A traced process has no room for a second tracer; through an untraced one it could act unseen. */
enum decision
decode_ptrace(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	static const char rest[] = "which this tracer leaves no room for; what it did through other "
				   "processes is not in this record";

	(void)d;
	(void)call;
	switch ((int)t->args[0]) {
	case PTRACE_TRACEME:
		tracee_notice(t, BLIND_PTRACE, "asked to be traced by its parent, %s", rest);
		break;
	case PTRACE_ATTACH:
	case PTRACE_SEIZE:
		note_leak_checker(t, (pid_t)t->args[1]);
		tracee_notice(t, BLIND_PTRACE, "asked to trace process %d, %s", (int)t->args[1], rest);
		break;
	default:
		return DECIDE_PASS;
	}
	t->notice.on_failure = true;
	return DECIDE_OUTCOME;
}

/* Strict mode is refused to a process that has a filter already (seccomp(2)): without us it would have it. */
static enum decision
note_strict_mode(struct tracee *t)
{
	if (!t->tracer->options->filter)
		return DECIDE_PASS;
	tracee_notice(t, BLIND_SECCOMP_LISTENER, "asked for seccomp's strict mode, which a process under this "
		      "tracer's filter cannot have; it may behave otherwise than without it");
	t->notice.on_failure = true;
	return DECIDE_OUTCOME;
}

/* A supervisor that is notified of calls answers them in the tracee's place, before they stop for us. */
enum decision
decode_seccomp(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	(void)d;
	(void)call;
	/* with anything else there it fails for everybody (seccomp(2)): that is how libraries ask whether the call exists */
	if ((uint32_t)t->args[0] == SECCOMP_SET_MODE_STRICT)
		return (uint32_t)t->args[1] == 0 && t->args[2] == 0 ? note_strict_mode(t) : DECIDE_PASS;
	if ((uint32_t)t->args[0] != SECCOMP_SET_MODE_FILTER ||
	    !(t->args[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER))
		return DECIDE_PASS;
	tracee_notice(t, BLIND_SECCOMP_LISTENER, "lets a supervisor answer system calls (seccomp user "
		      "notification); calls that it answers are not in this record");
	return DECIDE_OUTCOME;
}

/*
 * Only to whom could write the history by his own rights: a row there is no other user's to make.  What is let through
 * gets EINVAL from the kernel, as without a tracer.
 */
static void
answer_join(struct tracee *t)
{
	const struct event_sink *sink = t->tracer->sink;
	char name[JOIN_NAME_SIZE];
	int64_t run;

	if (t->process->image == 0 || !sink->join)
		return;
	if (proc_user(t->tid) != (long)geteuid()) {
		arch_skip_call(t->tid, EPERM);
		return;
	}
	if (t->args[1] != 0 && memory_string(&t->memory, t->args[1], name, sizeof(name)) < 0)
		return;
	run = sink->join(sink->context, t->process->image, t->args[1] != 0 ? name : NULL, t->args[2] != 0);
	if (run > 0 && run <= INT_MAX)
		arch_skip_call(t->tid, (int)-run);	/* that is what it returns */
}

enum decision
decode_prctl(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	(void)d;
	(void)call;
	if ((int)t->args[0] == JOIN_OPTION) {
		answer_join(t);
		return DECIDE_PASS;
	}
	if ((int)t->args[0] != PR_SET_SECCOMP || t->args[1] != SECCOMP_MODE_STRICT)
		return DECIDE_PASS;
	return note_strict_mode(t);
}

/* What goes through a ring is done by the kernel without a call; the filter refuses it before it comes here. */
enum decision
decode_io_uring(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	(void)d;
	(void)call;
	if (!t->tracer->options->allow_io_uring) {
		arch_skip_call(t->tid, ENOSYS);
		return DECIDE_PASS;
	}
	tracee_notice(t, BLIND_IO_URING, "used io_uring; what it wrote through it is not in "
		      "this record");
	return DECIDE_OUTCOME;
}

/* Its refusal is an attempt like others: some programs have no other way, and say that the kernel is too old. */
enum decision
decode_io_uring_setup(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	if (t->tracer->options->allow_io_uring)
		return decode_io_uring(t, d, call);
	arch_skip_call(t->tid, ENOSYS);
	call->n_targets = 1;
	call->target[0].path = xstrdup(io_uring_path);
	call->target[0].sight = TARGET_ANONYMOUS;
	return DECIDE_RECORD;
}

/* Events of other processes come with descriptors of their files, open as asked for here (fanotify_init(2)). */
enum decision
decode_fanotify_init(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	(void)call;
	if ((t->args[d->flags] & O_ACCMODE) == O_RDONLY)
		return DECIDE_PASS;
	tracee_notice(t, BLIND_PATH, "asked for descriptors of files that others use, open for writing (fanotify); what it "
		      "writes through them is not in this record");
	return DECIDE_OUTCOME;
}

/* The kernel writes to the blocks of the file from then on, and to nothing that its times tell of (swapon(2)). */
enum decision
decode_swapon(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	enum decision decision = decode_paths(t, d, call);
	struct buf quoted = BUF_INIT;

	if (decision == DECIDE_RECORD && call->target[0].path) {
		quote_shell(&quoted, call->target[0].path, strlen(call->target[0].path));
		tracee_notice(t, BLIND_DEVICE, "lets the kernel swap to %s; what that writes there is not in this record",
			      quoted.data);
	}
	buf_release(&quoted);
	return decision;
}

/* The thread that a process calls by this number, which may be that of a PID namespace of its own (pid_namespaces(7)). */
static bool
names_tracee(const struct tracee *t, pid_t number)
{
	const struct tracee *other, *next;

	if (proc_shares(t->tid, "ns/pid"))
		return tracee_find(t->tracer, number) || tracee_of_process(t->tracer, number);
	HASH_ITER(hh, t->tracer->tracees, other, next) {
		if (proc_innermost_id(other->tid) == number)
			return true;
	}
	return false;
}

enum decision
decode_process_vm_writev(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	pid_t other = (pid_t)t->args[0];

	(void)d;
	(void)call;
	if (names_tracee(t, other))
		return DECIDE_PASS;
	tracee_notice(t, BLIND_UNTRACED, "wrote into the memory of process %d, which is not traced; what that did then is not "
		      "in this record", (int)other);
	return DECIDE_OUTCOME;
}

/* The kernel runs a program of its own for a key that it has not got, and hands it what is in the third argument. */
enum decision
decode_request_key(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	static const char program[] = "/sbin/request-key";

	(void)d;
	(void)call;
	if (t->args[2] == 0 || access(program, X_OK) < 0)
		return DECIDE_PASS;
	tracee_notice(t, BLIND_SERVICE, "asked the kernel for a key, which may run %s for it; its writes are not in this record",
		      program);
	t->notice.on_failure = true;
	return DECIDE_OUTCOME;
}

void
decode_noticed(struct tracee *t, int64_t result)
{
	(void)result;
	tracee_tell_notice(t);
}

/* Whoever holds the descriptor serves the pages of the caller, and may be a tracee that is stopped. */
enum decision
decode_userfaultfd(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	(void)d;
	(void)call;
	t->tracer->memory_risk = MEMORY_ANY;
	return DECIDE_PASS;
}
