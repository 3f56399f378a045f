/* Calls that change what is mounted where. */
#include "config.h"

#include "trace/decode/mounts.h"

#include "trace/decode/names.h"
#include "mount/mounts.h"
#include "mount/remote.h"
#include "trace/tracer.h"

enum decision
decode_mount(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	struct target *point = &call->target[0];
	enum decision decision;

	mounts_before_change(&t->tracer->mounts);
	decision = decode_paths(t, d, call);
	if (point->fd >= 0 && mounts_is_made(&t->tracer->mounts, point->fd))
		point->sight = point->sight == TARGET_RESOLVED ? TARGET_COVERED : TARGET_ANONYMOUS;
	return decision;
}

enum decision
decode_pivot_root(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	t->tracer->view.roots_differ = true;
	return decode_mount(t, d, call);
}

void
decode_mounted(struct tracee *t, int64_t result)
{
	struct tracer *tr = t->tracer;
	/* only then do our paths lead elsewhere now */
	bool shared = proc_shares(t->tid, "ns/mnt");

	(void)result;
	if (remote_read(tr->remote, t->tid))
		mounts_changed(&tr->mounts);
	mounts_after_change(&tr->mounts);
	if (!shared)
		return;
	/* what a tracee has mounted for all to see is not what was there before */
	tr->view.roots_differ = true;
	if (!t->recording || t->call.n_targets == 0)
		return;
	tracee_notice(t, BLIND_MOUNT, "changed what is mounted at %s (%s); `changes` compares what is found by path",
		      t->call.target[0].path, t->desc->name);
	tracee_tell_notice(t);
}
