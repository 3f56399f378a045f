/* Calls that act on names and attributes: from a row's columns to resolved paths. */
#include "config.h"

#include "trace/decode/names.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/fsverity.h>
#include <linux/msdos_fs.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "trace/call.h"
#include "trace/decode/decode.h"
#include "trace/decode/tracee_socket.h"
#include "trace/decode/watch.h"
#include "trace/inherited.h"
#include "trace/memory.h"
#include "trace/path/target.h"
#include "trace/tracer.h"

/* LOOKUP_* for one of a row's paths. */
static unsigned
how_of_row(const struct syscall_desc *d, uint64_t flags)
{
	unsigned how = 0;

	if (d->how & HOW_NAME)
		how |= LOOKUP_NAME;
	if ((d->how & HOW_AT_EMPTY) && (flags & AT_EMPTY_PATH))
		how |= LOOKUP_EMPTY;
	if (d->how & HOW_AT_FOLLOW) {
		if (flags & AT_SYMLINK_FOLLOW)
			how |= LOOKUP_FOLLOW;
	} else if (d->how & HOW_AT_NOFOLLOW) {
		if (!(flags & AT_SYMLINK_NOFOLLOW))
			how |= LOOKUP_FOLLOW;
	} else if (!(d->how & HOW_NOFOLLOW)) {
		how |= LOOKUP_FOLLOW;
	}
	return how;
}

/* Resolve one path argument into the call's next target. */
static bool
take_path(struct tracee *t, const struct syscall_desc *d, unsigned i, unsigned how, struct call *call)
{
	struct target *target = &call->target[call->n_targets];
	int dirfd = decode_dirfd(t, d->dirfd[i]);
	struct whose w = tracee_whose(t);
	uint64_t addr = t->args[d->path[i]];
	char raw[DECODE_RAW];

	w.made_count = d->how & HOW_MOUNT_POINT;
	call->n_targets++;
	if (d->how & HOW_FD)
		return resolve_fd(&w, (int)(uint32_t)addr, target);
	if (addr == 0 && (d->how & HOW_NULL_IS_FD) && dirfd != AT_FDCWD)
		return resolve_fd(&w, dirfd, target);
	/* Linux 6.11: NULL with AT_EMPTY_PATH is the same as "" */
	if (addr == 0 && (how & LOOKUP_EMPTY))
		return resolve_fd(&w, dirfd, target);
	if (!decode_raw(t, addr, raw))
		return false;
	resolve_path(&w, dirfd, raw, how, target);
	return true;
}

/* setxattr's flags and mount's are not about the way to the file. */
static bool
about_path(enum flag_set set)
{
	return set == FLAGS_AT || set == FLAGS_OPEN_TREE;
}

enum decision
decode_paths(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	if (d->flags >= 0)
		call->flags = (uint32_t)t->args[d->flags];
	for (unsigned i = 0; i < 2 && d->path[i] >= 0; i++) {
		if (!take_path(t, d, i, how_of_row(d, about_path(d->flag_set) ? call->flags : 0), call))
			return DECIDE_PASS;
	}
	return DECIDE_RECORD;
}

enum decision
decode_renameat2(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	if (t->args[d->flags] & RENAME_EXCHANGE)
		call->op = OP_EXCHANGE;
	return decode_paths(t, d, call);
}

/* The source is an object that gets one more name; only the new name is one that the call acts on. */
enum decision
decode_link(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	if (d->flags >= 0)
		call->flags = (uint32_t)t->args[d->flags];
	if (!take_path(t, d, 0, how_of_row(d, call->flags), call) || !take_path(t, d, 1, LOOKUP_NAME, call))
		return DECIDE_PASS;
	return DECIDE_RECORD;
}

enum decision
decode_unlinkat(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	if (t->args[d->flags] & AT_REMOVEDIR)
		call->op = OP_RMDIR;
	return decode_paths(t, d, call);
}

/* Only an address with a path makes a file.  False where it has none. */
static bool
take_address(struct tracee *t, const struct sockaddr_un *un, size_t len, struct call *call)
{
	struct whose w = tracee_whose(t);
	char raw[sizeof(un->sun_path) + 1];
	size_t path_len;

	if (len <= offsetof(struct sockaddr_un, sun_path) || un->sun_family != AF_UNIX || un->sun_path[0] == '\0')
		return false;
	path_len = strnlen(un->sun_path, len - offsetof(struct sockaddr_un, sun_path));
	memcpy(raw, un->sun_path, path_len);
	raw[path_len] = '\0';
	call->n_targets = 1;
	resolve_path(&w, AT_FDCWD, raw, LOOKUP_NAME, &call->target[0]);
	return true;
}

enum decision
decode_bind(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	struct sockaddr_un un;
	size_t len = t->args[2] < sizeof(un) ? (size_t)t->args[2] : sizeof(un);

	(void)d;
	memset(&un, 0, sizeof(un));
	if (memory_bytes(&t->memory, t->args[1], &un, len) < 0 || !take_address(t, &un, len, call))
		return DECIDE_OUTCOME;
	return DECIDE_RECORD;
}

/* The address lay in memory, and did not have a path when it was looked at: what the socket is called by now counts. */
void
decode_bound(struct tracee *t, int64_t result)
{
	struct sockaddr_un un;
	socklen_t len = sizeof(un);
	struct call call = {
		.op = OP_BIND, .target = { TARGET_INIT, TARGET_INIT }, .opened = TARGET_INIT,
	};
	int ours;

	(void)result;
	if (t->recording || t->process->image == 0)
		return;
	ours = tracee_socket_borrow(t, (int)(uint32_t)t->args[0]);
	memset(&un, 0, sizeof(un));
	if (ours >= 0 && getsockname(ours, (struct sockaddr *)&un, &len) == 0 && take_address(t, &un, len, &call)) {
		call.late = !witness_is_since(&t->witness, &call.target[0].st);
		if (!call.late)
			target_unmake(&call.target[0]);
		tracee_tell_enter(t, &call);
		tracee_tell_leave(t, &call);
	}
	io_close(&ours);
	call_release(&call);
}

enum decision
decode_truncate(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	call->writes_content = true;
	return decode_paths(t, d, call);
}

/* acct(2): the kernel opens the file, and adds to it whenever a process ends; NULL makes an end of it. */
enum decision
decode_acct(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	if (t->args[0] == 0)
		return DECIDE_PASS;
	call->writes_content = true;
	return decode_paths(t, d, call);
}

/* btrfs's ways to make and remove a subvolume or snapshot: a name in the directory that is the descriptor. */
static const struct subvolume_command {
	uint32_t command;
	enum op op;
	size_t name_at;
	size_t name_max;
	bool by_id;		/* its flags can say that the name is a number */
} subvolume_commands[] = {
#define OLD(command, op) \
	{ command, op, offsetof(struct btrfs_ioctl_vol_args, name), \
	  sizeof(((struct btrfs_ioctl_vol_args *)0)->name), false }
#define NEW(command, op) \
	{ command, op, offsetof(struct btrfs_ioctl_vol_args_v2, name), \
	  sizeof(((struct btrfs_ioctl_vol_args_v2 *)0)->name), true }
	OLD(BTRFS_IOC_SUBVOL_CREATE, OP_MKDIR),
	OLD(BTRFS_IOC_SNAP_CREATE, OP_MKDIR),
	OLD(BTRFS_IOC_SNAP_DESTROY, OP_RMDIR),
	NEW(BTRFS_IOC_SUBVOL_CREATE_V2, OP_MKDIR),
	NEW(BTRFS_IOC_SNAP_CREATE_V2, OP_MKDIR),
	NEW(BTRFS_IOC_SNAP_DESTROY_V2, OP_RMDIR),
#undef OLD
#undef NEW
};

static enum decision
subvolume(struct tracee *t, const struct subvolume_command *c, struct call *call)
{
	struct whose w = tracee_whose(t);
	char raw[PATH_MAX + 1];
	uint64_t flags = 0;

	if (c->by_id && memory_bytes(&t->memory, t->args[2] + offsetof(struct btrfs_ioctl_vol_args_v2, flags), &flags,
				     sizeof(flags)) < 0)
		return DECIDE_PASS;
	if ((flags & BTRFS_SUBVOL_SPEC_BY_ID) || memory_string(&t->memory, t->args[2] + c->name_at, raw, c->name_max) < 0) {
		/* removed by its number alone: which names go is not ours to see */
		tracee_notice(t, BLIND_PATH, "removed a btrfs subvolume by its number; what was in it is not in "
			      "this record");
		return DECIDE_OUTCOME;
	}
	call->op = c->op;
	call->whole_tree = true;
	call->n_targets = 1;
	resolve_path(&w, decode_dirfd(t, 0), raw, LOOKUP_NAME, &call->target[0]);
	return DECIDE_RECORD;
}

static bool
is_typing(uint32_t command)
{
	size_t i = 0;

	while (i < ioctl_typing_len && ioctl_typing[i] != command)
		i++;
	return i < ioctl_typing_len;
}

static bool
opens_by_handle(uint32_t command)
{
	return command == SYSCALLS_XFS_OPEN_BY_HANDLE || command == SYSCALLS_XFS_OPEN_BY_HANDLE_32;
}

/* What some file systems keep beside a file's state as others know it: nobody can put it back. */
static void
note_unheld(struct tracee *t, uint32_t command, const struct call *call)
{
	static const struct {
		uint32_t command;
		const char *what;
	} unheld[] = {
		{ FS_IOC_SET_ENCRYPTION_POLICY, "the encryption policy" },
		{ FS_IOC_ENABLE_VERITY, "the verity" },
		{ FAT_IOCTL_SET_ATTRIBUTES, "the FAT attributes" },
		{ BTRFS_IOC_SUBVOL_SETFLAGS, "the flags of the subvolume" },
	};
	struct buf quoted = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(unheld); i++) {
		if (unheld[i].command != command || !call->target[0].path)
			continue;
		quote_shell(&quoted, call->target[0].path, strlen(call->target[0].path));
		tracee_notice(t, BLIND_PATH, "set %s of %s; what that was before is not in this record", unheld[i].what,
			      quoted.data);
	}
	buf_release(&quoted);
}

enum decision
decode_ioctl(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	uint32_t command = (uint32_t)t->args[1];
	enum decision decision;

	if (t->tracer->options->refuse_typing && is_typing(command)) {
		(void)arch_skip_call(t->tid, EPERM);	/* where there is a filter it has done so */
		return DECIDE_PASS;
	}
	if (command == IOCTL_NEW_USERFAULTFD)
		return decode_userfaultfd(t, d, call);
	for (size_t i = 0; i < ARRAY_SIZE(subvolume_commands); i++) {
		if (subvolume_commands[i].command == command)
			return subvolume(t, &subvolume_commands[i], call);
	}
	if (opens_by_handle(command))
		return DECIDE_OUTCOME;
	if (command == SYSCALLS_XFS_SET_BY_HANDLE || command == SYSCALLS_XFS_SET_BY_HANDLE_32) {
		tracee_notice(t, BLIND_PATH, "changed extended attributes of a file of XFS by its handle; which it was is not "
			      "in this record");
		return DECIDE_OUTCOME;
	}
	for (size_t i = 0; i < ioctl_commands_len; i++) {
		if (ioctl_commands[i] != command)
			continue;
		decision = decode_paths(t, d, call);
		note_unheld(t, command, call);
		return decision;
	}
	return DECIDE_PASS;
}

/* A file that was opened by its handle has not been written to yet. */
void
decode_ioctl_done(struct tracee *t, int64_t result)
{
	tracee_tell_notice(t);
	if (opens_by_handle((uint32_t)t->args[1]))
		inherited_report_fd(t, (int)result);
}
