/* The words of the public views for the vocabulary's numbers. */
#include "config.h"

#include "event.h"

const char *const op_names[OP_COUNT] = {
	[OP_OPEN] = "open",
	[OP_CREATE] = "create",
	[OP_RENAME] = "rename",
	[OP_EXCHANGE] = "exchange",
	[OP_UNLINK] = "unlink",
	[OP_LINK] = "link",
	[OP_SYMLINK] = "symlink",
	[OP_MKDIR] = "mkdir",
	[OP_RMDIR] = "rmdir",
	[OP_MKNOD] = "mknod",
	[OP_BIND] = "bind",
	[OP_TRUNCATE] = "truncate",
	[OP_CHMOD] = "chmod",
	[OP_CHOWN] = "chown",
	[OP_UTIME] = "utime",
	[OP_XATTR] = "xattr",
	[OP_FLAGS] = "flags",
	[OP_MOUNT] = "mount",
	[OP_INHERITED] = "inherited",
};

const bool op_changes_names[OP_COUNT + 1] = {
	[OP_CREATE] = true, [OP_RENAME] = true, [OP_EXCHANGE] = true, [OP_UNLINK] = true, [OP_LINK] = true,
	[OP_SYMLINK] = true, [OP_MKDIR] = true, [OP_RMDIR] = true, [OP_MKNOD] = true, [OP_BIND] = true,
};

const char let_go_untraced[] = "was let go on untraced; what it did from then on is not in this record";

const char io_uring_path[] = "anon_inode:[io_uring]";

const char *const blind_names[BLIND_COUNT] = {
	[BLIND_IO_URING] = "io_uring",
	[BLIND_SERVICE] = "service",
	[BLIND_SET_ID] = "set-id",
	[BLIND_SECCOMP_LISTENER] = "seccomp-listener",
	[BLIND_PTRACE] = "ptrace",
	[BLIND_PRE_IMAGE] = "pre-image",
	[BLIND_PATH] = "path",
	[BLIND_MOUNT] = "mount",
	[BLIND_RACE] = "race",
	[BLIND_HARD_LINK] = "hard-link",
	[BLIND_CORE_DUMP] = "core-dump",
	[BLIND_UNTRACED] = "untraced",
	[BLIND_UNKNOWN_CALL] = "unknown-call",
	[BLIND_DEVICE] = "device",
	[BLIND_KERNEL_SETTING] = "kernel-setting",
};

void
event_add_unseen(struct buf *out, const struct service *service)
{
	enum { NAMED = 2 };
	size_t n = service->n_places;

	if (n == 0) {
		buf_addstr(out, "its writes are not in this record");
		return;
	}
	buf_addstr(out, "of its writes only those in ");
	for (size_t i = 0; i < n && i < NAMED; i++)
		buf_addf(out, "%s%s", i == 0 ? "" : n > NAMED ? ", " : " and ", service->places[i].path);
	if (n > NAMED)
		buf_addf(out, " and %zu other place%s", n - NAMED, n - NAMED == 1 ? "" : "s");
	buf_addstr(out, " are in this record");
}
