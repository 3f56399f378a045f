/* Calls that change what is mounted where. */
#include "config.h"

#include "trace/decode/mounts.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/quote.h"
#include "mount/mounts.h"
#include "mount/remote.h"
#include "trace/decode/decode.h"
#include "trace/decode/names.h"
#include "trace/inherited.h"
#include "trace/path/target.h"
#include "trace/tracer.h"

/* Whether a mount(2) was of a file system, not of what is mounted elsewhere, or the change of a mount. */
static bool
makes_file_system(const struct tracee *t)
{
	const uint64_t others = MS_BIND | MS_MOVE | MS_REMOUNT | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;

	return strcmp(t->desc->name, "mount") == 0 && (t->args[t->desc->flags] & others) == 0;
}

/* What sysfs says of a block device in one of its files; false where it says nothing. */
static bool
read_of_device(unsigned major_number, unsigned minor_number, const char *name, struct buf *out)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s", major_number, minor_number, name);
	if (io_read_file(path, out, 65536) < 0)
		return false;
	while (out->len > 0 && out->data[out->len - 1] == '\n')
		out->data[--out->len] = '\0';
	return true;
}

/* A file system on a device is written by the kernel.  Where that is the image in a file, it is told by its name. */
static void
note_device(struct tracee *t, unsigned major_number, unsigned minor_number, const char *image)
{
	struct buf read_only = BUF_INIT, quoted = BUF_INIT;

	if (!read_of_device(major_number, minor_number, "ro", &read_only) || strcmp(read_only.data, "1") != 0) {
		quote_shell(&quoted, image, strlen(image));
		tracee_notice(t, BLIND_DEVICE, "mounted the device %u:%u%s%s%s; what the kernel writes there is not in this record",
			      major_number, minor_number, *image ? " (the image " : "", *image ? quoted.data : "",
			      *image ? ")" : "");
	}
	buf_release(&read_only);
	buf_release(&quoted);
}

/* The device that mount(2) is called with; what its image holds now is what was there before. */
static void
note_source(struct tracee *t)
{
	struct target source = TARGET_INIT;
	struct whose w = tracee_whose(t);
	struct buf image = BUF_INIT;
	char raw[DECODE_RAW];
	int fd;

	/* not in a helper: it looks, and tells nothing (trace/errand.h) */
	if (!t->tracer->remote || !makes_file_system(t) || t->args[0] == 0 || !decode_raw(t, t->args[0], raw) || raw[0] == '\0')
		return;
	resolve_path(&w, AT_FDCWD, raw, LOOKUP_FOLLOW, &source);
	if (source.fd >= 0 && S_ISBLK(source.st.st_mode)) {
		unsigned major_number = major(source.st.st_rdev), minor_number = minor(source.st.st_rdev);

		fd = read_of_device(major_number, minor_number, "loop/backing_file", &image)
			? open(image.data, O_PATH | O_NOFOLLOW | O_CLOEXEC) : -1;
		note_device(t, major_number, minor_number, fd >= 0 ? image.data : "");
		if (fd >= 0 && t->notice.detail)
			inherited_report_object(t, fd);
		else
			io_close(&fd);
	}
	target_release(&source);
	buf_release(&image);
}

enum decision
decode_mount(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	struct target *point = &call->target[0];
	enum decision decision;

	mounts_before_change(&t->tracer->mounts);
	decision = decode_paths(t, d, call);
	if (point->fd >= 0 && mounts_is_made(&t->tracer->mounts, point->fd))
		point->sight = point->sight == TARGET_RESOLVED ? TARGET_COVERED : TARGET_ANONYMOUS;
	if (decision == DECIDE_RECORD)
		note_source(t);
	return decision;
}

enum decision
decode_pivot_root(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	t->tracer->view.roots_differ = true;
	return decode_mount(t, d, call);
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
	else
		note_device(t, sx.stx_dev_major, sx.stx_dev_minor, "");
	tracee_tell_notice(t);
}

void
decode_mounted(struct tracee *t, int64_t result)
{
	struct tracer *tr = t->tracer;
	/* only then do our paths lead elsewhere now */
	bool shared = proc_shares(t->tid, "ns/mnt");

	(void)result;
	tracee_tell_notice(t);
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
