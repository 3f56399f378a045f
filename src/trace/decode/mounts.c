/* Calls that change what is mounted where. */
#include "config.h"

#include "trace/decode/mounts.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

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

/* Whether a mount(2) was of a file system, not of what is mounted elsewhere, or the change of a mount. */
static bool
makes_file_system(const struct tracee *t)
{
	const uint64_t others = MS_BIND | MS_MOVE | MS_REMOUNT | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;

	return strcmp(t->desc->name, "mount") == 0 && (t->args[t->desc->flags] & others) == 0;
}

/* fsmount(2): what fsopen(2) began is a file system now, and the new descriptor is on it. */
enum decision
decode_fsmount(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	(void)t;
	(void)d;
	(void)call;
	return DECIDE_OUTCOME;
}

void
decode_made_file_system(struct tracee *t, int64_t result)
{
	struct statx sx;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)t->tid, (int)result);
	/* its server may be a tracee that waits for us: what is known of it here must do */
	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_TYPE, &sx) < 0)
		return;
	if (sx.stx_dev_major == 0)
		mounts_note_run_dev(&t->tracer->mounts, makedev(0, sx.stx_dev_minor));
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
	/*
	 * What a tracee has mounted for all to see is not what was there before; and one that has mounts of its own is seen
	 * here, however it has come by them (clone3(2) reads its flags after us).
	 */
	tr->view.roots_differ = true;
	if (!shared && makes_file_system(t))
		mounts_note_newest(&tr->mounts, t->tid);
	if (!shared || !t->recording || t->call.n_targets == 0)
		return;
	tracee_notice(t, BLIND_MOUNT, "changed what is mounted at %s (%s); `changes` compares what is found by path",
		      t->call.target[0].path, t->desc->name);
	tracee_tell_notice(t);
}
