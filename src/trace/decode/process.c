/* Calls that make processes or change where a process's paths start. */
#include "config.h"

#include "trace/decode/process.h"

#include <errno.h>
#include <linux/sched.h>

#include "trace/memory.h"
#include "trace/tracer.h"

/* The bit lives in a register, which the kernel reads after this stop. */
enum decision
decode_clone(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	uint64_t flags = t->args[d->flags];

	(void)call;
	if (flags & CLONE_NEWNS)
		t->tracer->view.roots_differ = true;
	if (!(flags & CLONE_UNTRACED))
		return DECIDE_PASS;
	arch_set_argument(t->tid, t->abi, (unsigned)d->flags, flags & ~(uint64_t)CLONE_UNTRACED);
	return DECIDE_OUTCOME;
}

/* The new task's event comes before the call returns (ptrace(2)); without one it is not ours. */
void
decode_cloned(struct tracee *t, int64_t result)
{
	(void)result;
	if (t->forked)
		return;
	tracee_notice(t, BLIND_UNTRACED, "made a process that could not be traced (CLONE_UNTRACED); what that did "
		      "is not in this record");
	tracee_tell_notice(t);
}

/*
 * The flags lie in memory, at the head of struct clone_args.  They are put back when the call returns;
 * where they cannot be written the call does not exist, and libraries fall back to clone(2).
 */
enum decision
decode_clone3(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	uint64_t flags;
	uint64_t traced;

	(void)d;
	(void)call;
	/* another thread may set the bit a moment later: the new task's event, or its absence, tells */
	if (memory_bytes(&t->memory, t->args[0], &flags, sizeof(flags)) < 0)
		return DECIDE_OUTCOME;
	if (flags & CLONE_NEWNS)
		t->tracer->view.roots_differ = true;
	if (!(flags & CLONE_UNTRACED))
		return DECIDE_OUTCOME;
	traced = flags & ~(uint64_t)CLONE_UNTRACED;
	if (memory_write(&t->memory, t->args[0], &traced, sizeof(traced)) < 0) {
		arch_skip_call(t->tid, ENOSYS);
		return DECIDE_PASS;
	}
	t->clone_fix = (struct clone_fix){ t->args[0], flags };
	return DECIDE_OUTCOME;
}

enum decision
decode_new_root(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	(void)d;
	(void)call;
	t->tracer->view.roots_differ = true;
	return DECIDE_OUTCOME;
}

void
decode_entered_new_root(struct tracee *t, int64_t result)
{
	(void)result;
	t->mounts_read = false;
}
