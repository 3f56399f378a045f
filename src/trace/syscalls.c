/* The table of system calls, and the way from a number to a row. */
#include "config.h"

#include "trace/syscalls.h"

#include <assert.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/fsverity.h>
#include <linux/msdos_fs.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/mem.h"
#include "trace/decode/connect.h"
#include "trace/decode/mounts.h"
#include "trace/decode/names.h"
#include "trace/decode/open.h"
#include "trace/decode/peer.h"
#include "trace/decode/process.h"
#include "trace/decode/sockets.h"
#include "trace/decode/watch.h"

/* clang-format off */
const struct syscall_desc syscall_table[] = {
	/* opening for writing:  stop, operation, flags, paths, dirfds, flags argument, how, decoder, after a success */
	{ "open",        0, STOP_OPEN_FLAGS, OP_OPEN, FLAGS_OPEN, {0, -1}, {-1, -1}, 1, 0, decode_open, decode_opened },
	{ "openat",      0, STOP_OPEN_FLAGS, OP_OPEN, FLAGS_OPEN, {1, -1}, {0, -1}, 2, 0, decode_open, decode_opened },
	{ "openat2",     0, STOP_ALWAYS, OP_OPEN, FLAGS_OPEN, {1, -1}, {0, -1}, 2, 0, decode_openat2, decode_opened },
	{ "creat",       0, STOP_ALWAYS, OP_OPEN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_creat, decode_opened },
	{ "open_by_handle_at", 0, STOP_OPEN_FLAGS, OP_OPEN, FLAGS_OPEN, {-1, -1}, {0, -1}, 2, 0, decode_open_by_handle, decode_opened },

	/* names */
	{ "rename",      0, STOP_ALWAYS, OP_RENAME, FLAGS_NONE, {0, 1}, {-1, -1}, -1, HOW_NAME, decode_paths, NULL },
	{ "renameat",    0, STOP_ALWAYS, OP_RENAME, FLAGS_NONE, {1, 3}, {0, 2}, -1, HOW_NAME, decode_paths, NULL },
	{ "renameat2",   0, STOP_ALWAYS, OP_RENAME, FLAGS_RENAME, {1, 3}, {0, 2}, 4, HOW_NAME, decode_renameat2, NULL },
	{ "link",        0, STOP_ALWAYS, OP_LINK, FLAGS_NONE, {0, 1}, {-1, -1}, -1, HOW_NOFOLLOW, decode_link, NULL },
	{ "linkat",      0, STOP_ALWAYS, OP_LINK, FLAGS_AT, {1, 3}, {0, 2}, 4, HOW_AT_FOLLOW | HOW_AT_EMPTY, decode_link, NULL },
	{ "symlink",     0, STOP_ALWAYS, OP_SYMLINK, FLAGS_NONE, {1, -1}, {-1, -1}, -1, HOW_NAME, decode_paths, NULL },
	{ "symlinkat",   0, STOP_ALWAYS, OP_SYMLINK, FLAGS_NONE, {2, -1}, {1, -1}, -1, HOW_NAME, decode_paths, NULL },
	{ "unlink",      0, STOP_ALWAYS, OP_UNLINK, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NAME, decode_paths, NULL },
	{ "unlinkat",    0, STOP_ALWAYS, OP_UNLINK, FLAGS_AT, {1, -1}, {0, -1}, 2, HOW_NAME, decode_unlinkat, NULL },
	{ "rmdir",       0, STOP_ALWAYS, OP_RMDIR, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NAME, decode_paths, NULL },
	{ "mkdir",       0, STOP_ALWAYS, OP_MKDIR, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NAME, decode_paths, NULL },
	{ "mkdirat",     0, STOP_ALWAYS, OP_MKDIR, FLAGS_NONE, {1, -1}, {0, -1}, -1, HOW_NAME, decode_paths, NULL },
	{ "mknod",       0, STOP_ALWAYS, OP_MKNOD, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NAME, decode_paths, NULL },
	{ "mknodat",     0, STOP_ALWAYS, OP_MKNOD, FLAGS_NONE, {1, -1}, {0, -1}, -1, HOW_NAME, decode_paths, NULL },
	{ "bind",        0, STOP_ALWAYS, OP_BIND, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_bind, decode_bound },
	{ "socketcall",  0, STOP_NEVER, OP_BIND, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_socketcall, NULL },

	/* content without an open */
	{ "truncate",    0, STOP_ALWAYS, OP_TRUNCATE, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_truncate, NULL },
	{ "truncate64",  0, STOP_ALWAYS, OP_TRUNCATE, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_truncate, NULL },
	{ "swapon",      0, STOP_ALWAYS, OP_OPEN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_swapon, decode_noticed },
	{ "acct",        0, STOP_ALWAYS, OP_OPEN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_acct, NULL },

	/* attributes */
	{ "chmod",       0, STOP_ALWAYS, OP_CHMOD, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths, NULL },
	{ "fchmod",      0, STOP_ALWAYS, OP_CHMOD, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_FD, decode_paths, NULL },
	{ "fchmodat",    0, STOP_ALWAYS, OP_CHMOD, FLAGS_NONE, {1, -1}, {0, -1}, -1, 0, decode_paths, NULL },
	{ "fchmodat2", 452, STOP_ALWAYS, OP_CHMOD, FLAGS_AT, {1, -1}, {0, -1}, 3, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths, NULL },
	{ "chown",       0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths, NULL },
	{ "chown32",     0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths, NULL },
	{ "lchown",      0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NOFOLLOW, decode_paths, NULL },
	{ "lchown32",    0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NOFOLLOW, decode_paths, NULL },
	{ "fchown",      0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_FD, decode_paths, NULL },
	{ "fchown32",    0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_FD, decode_paths, NULL },
	{ "fchownat",    0, STOP_ALWAYS, OP_CHOWN, FLAGS_AT, {1, -1}, {0, -1}, 4, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths, NULL },
	{ "utime",       0, STOP_ALWAYS, OP_UTIME, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths, NULL },
	{ "utimes",      0, STOP_ALWAYS, OP_UTIME, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths, NULL },
	{ "futimesat",   0, STOP_ALWAYS, OP_UTIME, FLAGS_NONE, {1, -1}, {0, -1}, -1, HOW_NULL_IS_FD, decode_paths, NULL },
	{ "utimensat",   0, STOP_ALWAYS, OP_UTIME, FLAGS_AT, {1, -1}, {0, -1}, 3, HOW_AT_NOFOLLOW | HOW_AT_EMPTY | HOW_NULL_IS_FD, decode_paths, NULL },
	{ "utimensat_time64", 0, STOP_ALWAYS, OP_UTIME, FLAGS_AT, {1, -1}, {0, -1}, 3, HOW_AT_NOFOLLOW | HOW_AT_EMPTY | HOW_NULL_IS_FD, decode_paths, NULL },
	{ "setxattr",    0, STOP_ALWAYS, OP_XATTR, FLAGS_XATTR, {0, -1}, {-1, -1}, 4, 0, decode_paths, NULL },
	{ "lsetxattr",   0, STOP_ALWAYS, OP_XATTR, FLAGS_XATTR, {0, -1}, {-1, -1}, 4, HOW_NOFOLLOW, decode_paths, NULL },
	{ "fsetxattr",   0, STOP_ALWAYS, OP_XATTR, FLAGS_XATTR, {0, -1}, {-1, -1}, 4, HOW_FD, decode_paths, NULL },
	{ "setxattrat", 463, STOP_ALWAYS, OP_XATTR, FLAGS_AT, {1, -1}, {0, -1}, 2, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths, NULL },
	{ "removexattr", 0, STOP_ALWAYS, OP_XATTR, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths, NULL },
	{ "lremovexattr", 0, STOP_ALWAYS, OP_XATTR, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NOFOLLOW, decode_paths, NULL },
	{ "fremovexattr", 0, STOP_ALWAYS, OP_XATTR, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_FD, decode_paths, NULL },
	{ "removexattrat", 466, STOP_ALWAYS, OP_XATTR, FLAGS_AT, {1, -1}, {0, -1}, 2, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths, NULL },
	{ "file_setattr", 469, STOP_ALWAYS, OP_FLAGS, FLAGS_AT, {1, -1}, {0, -1}, 4, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths, NULL },
	{ "ioctl",       0, STOP_IOCTL, OP_FLAGS, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_FD, decode_ioctl, decode_ioctl_done },

	/* processes: nothing to record, but no child may slip away */
	{ "clone",       0, STOP_CLONE_BITS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, 0, 0, decode_clone, decode_cloned },
	{ "clone3",      0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_clone3, decode_cloned },

	/* descriptors that come from elsewhere */
	{ "recvmsg",     0, STOP_ALWAYS, OP_INHERITED, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_recvmsg, decode_received },
	{ "recvmmsg",    0, STOP_ALWAYS, OP_INHERITED, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_recvmsg, decode_received },
	{ "recvmmsg_time64", 0, STOP_ALWAYS, OP_INHERITED, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_recvmsg, decode_received },
	{ "pidfd_getfd", 0, STOP_ALWAYS, OP_INHERITED, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_pidfd_getfd, decode_got_descriptor },

	/* what lies under a path changes with what is mounted there */
	{ "mount",       0, STOP_ALWAYS, OP_MOUNT, FLAGS_MOUNT, {1, -1}, {-1, -1}, 3, HOW_MOUNT_POINT, decode_mount, decode_mounted },
	{ "umount",      0, STOP_ALWAYS, OP_MOUNT, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_MOUNT_POINT, decode_mount, decode_mounted },
	{ "umount2",     0, STOP_ALWAYS, OP_MOUNT, FLAGS_UMOUNT, {0, -1}, {-1, -1}, 1, HOW_MOUNT_POINT, decode_mount, decode_mounted },
	{ "fsmount",     0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_fsmount, decode_made_file_system },
	{ "move_mount",  0, STOP_ALWAYS, OP_MOUNT, FLAGS_MOVE_MOUNT, {3, -1}, {2, -1}, 4, HOW_MOUNT_POINT, decode_mount, decode_mounted },
	{ "mount_setattr", 0, STOP_ALWAYS, OP_MOUNT, FLAGS_AT, {1, -1}, {0, -1}, 2, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths, NULL },
	{ "open_tree_attr", 467, STOP_ALWAYS, OP_MOUNT, FLAGS_OPEN_TREE, {1, -1}, {0, -1}, 2, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths, NULL },

	/* nothing is written here, but somebody may act unseen from now on */
	{ "ptrace",      0, STOP_PTRACE, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_ptrace, decode_noticed },
	{ "fanotify_init", 0, STOP_OPEN_FLAGS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, 1, 0, decode_fanotify_init, decode_noticed },
	{ "process_vm_writev", 0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_process_vm_writev, decode_noticed },
	{ "request_key", 0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_request_key, decode_noticed },
	{ "seccomp",     0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_seccomp, decode_noticed },
	{ "prctl",       0, STOP_PRCTL, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_prctl, decode_noticed },

	/* from here on a look into its memory may have to wait for it */
	{ "userfaultfd", 0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_userfaultfd, NULL },

	/* the network, and services that act for others */
	{ "socket",      0, STOP_NET, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_make_socket, NULL },
	{ "connect",     0, STOP_NET, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_connect, decode_noticed },
	{ "sendto",      0, STOP_NET_ADDRESS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_sendto, decode_noticed },
	{ "mq_open",     0, STOP_OPEN_FLAGS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, 1, 0, decode_mq_open, decode_mq_opened },
	{ "msgget",      0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_msgget, decode_msgget_done },
	{ "ipc",         0, STOP_IPC, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_ipc, decode_msgget_done },
	{ "getsockopt",  0, STOP_NET_OUTCOME, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_getsockopt, NULL },

	/* from here on a tracee's "/" may be another than ours */
	{ "chroot",      0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_new_root, decode_entered_new_root },
	{ "pivot_root",  0, STOP_ALWAYS, OP_MOUNT, FLAGS_NONE, {0, 1}, {-1, -1}, -1, HOW_MOUNT_POINT, decode_pivot_root, decode_mounted },
	{ "unshare",     0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_new_root, decode_entered_new_root },
	{ "setns",       0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_new_root, decode_entered_new_root },

	/* what would write unseen is refused, as by a kernel without it */
	{ "io_uring_setup",    0, STOP_ALWAYS, OP_OPEN, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_io_uring_setup, decode_noticed },
	{ "io_uring_enter",    0, STOP_DENY, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_io_uring, decode_noticed },
	{ "io_uring_register", 0, STOP_DENY, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_io_uring, decode_noticed },
};
/* clang-format on */
const size_t syscall_table_len = ARRAY_SIZE(syscall_table);

/* FS_IOC_SETFLAGS takes a long in its number, so that 32-bit programs have one of their own. */
const uint32_t ioctl_commands[] = {
	FS_IOC_SETFLAGS,
	FS_IOC32_SETFLAGS,
	FS_IOC_FSSETXATTR,
	FS_IOC_SET_ENCRYPTION_POLICY,
	FS_IOC_ENABLE_VERITY,
	FAT_IOCTL_SET_ATTRIBUTES,
	BTRFS_IOC_SUBVOL_SETFLAGS,
	SYSCALLS_XFS_OPEN_BY_HANDLE,
	SYSCALLS_XFS_OPEN_BY_HANDLE_32,
	SYSCALLS_XFS_SET_BY_HANDLE,
	SYSCALLS_XFS_SET_BY_HANDLE_32,
	BTRFS_IOC_SUBVOL_CREATE,
	BTRFS_IOC_SUBVOL_CREATE_V2,
	BTRFS_IOC_SNAP_CREATE,
	BTRFS_IOC_SNAP_CREATE_V2,
	BTRFS_IOC_SNAP_DESTROY,
	BTRFS_IOC_SNAP_DESTROY_V2,
	IOCTL_NEW_USERFAULTFD,
};
const size_t ioctl_commands_len = ARRAY_SIZE(ioctl_commands);

/* What types for whoever reads the terminal, or pastes (ioctl_tty(2), ioctl_console(2)). */
const uint32_t ioctl_typing[] = { TIOCSTI, TIOCLINUX };
const size_t ioctl_typing_len = ARRAY_SIZE(ioctl_typing);

#define NUMBERS 512		/* both ABIs of both machines stay below */

/* Filled once, by syscalls_init(), and each time alike: the numbers of this machine. */
static int number_of[ABI_COUNT][ARRAY_SIZE(syscall_table)];
static unsigned char row_of[ABI_COUNT][NUMBERS];	/* row + 1; 0: none */

_Static_assert(ARRAY_SIZE(syscall_table) < 255, "row_of holds a row's number in a byte");
_Static_assert(SYSCALL_NEWEST < NUMBERS, "row_of has room for every known call");

static int
resolve_number(const struct syscall_desc *d, enum abi abi)
{
	int number = seccomp_syscall_resolve_name_arch(abis[abi].scmp_arch, d->name);

	if (number >= 0)
		return number;
	return d->number ? d->number : -1;
}

void
syscalls_init(void)
{
	memset(row_of, 0, sizeof(row_of));
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		for (size_t i = 0; i < syscall_table_len; i++) {
			int number = resolve_number(&syscall_table[i], (enum abi)abi);

			number_of[abi][i] = number;
			assert(number < NUMBERS);
			if (number >= 0)
				row_of[abi][number] = (unsigned char)(i + 1);
		}
	}
}

const struct syscall_desc *
syscalls_find(enum abi abi, uint64_t number)
{
	if (number >= NUMBERS || row_of[abi][number] == 0)
		return NULL;
	return &syscall_table[row_of[abi][number] - 1];
}

const struct syscall_desc *
syscalls_by_name(const char *name)
{
	size_t i = 0;

	while (i < syscall_table_len && strcmp(syscall_table[i].name, name) != 0)
		i++;
	assert(i < syscall_table_len);
	return &syscall_table[i];
}

int
syscalls_number(const struct syscall_desc *d, enum abi abi)
{
	return number_of[abi][d - syscall_table];
}
