/* The table of system calls, and the way from a number to a row. */
#include "config.h"

#include "trace/systable.h"

#include <assert.h>
#include <linux/fs.h>
#include <seccomp.h>
#include <string.h>

#include "base/mem.h"
#include "trace/decode.h"

/* clang-format off */
const struct syscall_desc syscall_table[] = {
	/* opening for writing:  stop, operation, flags, paths, dirfds, flags argument, how, decoder */
	{ "open",        0, STOP_OPEN_FLAGS, OP_OPEN, FLAGS_OPEN, {0, -1}, {-1, -1}, 1, 0, decode_open },
	{ "openat",      0, STOP_OPEN_FLAGS, OP_OPEN, FLAGS_OPEN, {1, -1}, {0, -1}, 2, 0, decode_open },
	{ "openat2",     0, STOP_ALWAYS, OP_OPEN, FLAGS_OPEN, {1, -1}, {0, -1}, 2, 0, decode_openat2 },
	{ "creat",       0, STOP_ALWAYS, OP_OPEN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_creat },
	{ "open_by_handle_at", 0, STOP_OPEN_FLAGS, OP_OPEN, FLAGS_OPEN, {-1, -1}, {0, -1}, 2, 0, decode_open_by_handle },

	/* names */
	{ "rename",      0, STOP_ALWAYS, OP_RENAME, FLAGS_NONE, {0, 1}, {-1, -1}, -1, HOW_NAME, decode_paths },
	{ "renameat",    0, STOP_ALWAYS, OP_RENAME, FLAGS_NONE, {1, 3}, {0, 2}, -1, HOW_NAME, decode_paths },
	{ "renameat2",   0, STOP_ALWAYS, OP_RENAME, FLAGS_RENAME, {1, 3}, {0, 2}, 4, HOW_NAME, decode_renameat2 },
	{ "link",        0, STOP_ALWAYS, OP_LINK, FLAGS_NONE, {0, 1}, {-1, -1}, -1, HOW_NOFOLLOW, decode_link },
	{ "linkat",      0, STOP_ALWAYS, OP_LINK, FLAGS_AT, {1, 3}, {0, 2}, 4, HOW_AT_FOLLOW | HOW_AT_EMPTY, decode_link },
	{ "symlink",     0, STOP_ALWAYS, OP_SYMLINK, FLAGS_NONE, {1, -1}, {-1, -1}, -1, HOW_NAME, decode_paths },
	{ "symlinkat",   0, STOP_ALWAYS, OP_SYMLINK, FLAGS_NONE, {2, -1}, {1, -1}, -1, HOW_NAME, decode_paths },
	{ "unlink",      0, STOP_ALWAYS, OP_UNLINK, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NAME, decode_paths },
	{ "unlinkat",    0, STOP_ALWAYS, OP_UNLINK, FLAGS_AT, {1, -1}, {0, -1}, 2, HOW_NAME, decode_unlinkat },
	{ "rmdir",       0, STOP_ALWAYS, OP_RMDIR, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NAME, decode_paths },
	{ "mkdir",       0, STOP_ALWAYS, OP_MKDIR, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NAME, decode_paths },
	{ "mkdirat",     0, STOP_ALWAYS, OP_MKDIR, FLAGS_NONE, {1, -1}, {0, -1}, -1, HOW_NAME, decode_paths },
	{ "mknod",       0, STOP_ALWAYS, OP_MKNOD, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NAME, decode_paths },
	{ "mknodat",     0, STOP_ALWAYS, OP_MKNOD, FLAGS_NONE, {1, -1}, {0, -1}, -1, HOW_NAME, decode_paths },
	{ "bind",        0, STOP_ALWAYS, OP_BIND, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, HOW_NAME, decode_bind },
	{ "socketcall",  0, STOP_NEVER, OP_BIND, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, HOW_NAME, decode_socketcall },

	/* content without an open */
	{ "truncate",    0, STOP_ALWAYS, OP_TRUNCATE, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_truncate },
	{ "truncate64",  0, STOP_ALWAYS, OP_TRUNCATE, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_truncate },

	/* attributes */
	{ "chmod",       0, STOP_ALWAYS, OP_CHMOD, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths },
	{ "fchmod",      0, STOP_ALWAYS, OP_CHMOD, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_FD, decode_paths },
	{ "fchmodat",    0, STOP_ALWAYS, OP_CHMOD, FLAGS_NONE, {1, -1}, {0, -1}, -1, 0, decode_paths },
	{ "fchmodat2", 452, STOP_ALWAYS, OP_CHMOD, FLAGS_AT, {1, -1}, {0, -1}, 3, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths },
	{ "chown",       0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths },
	{ "chown32",     0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths },
	{ "lchown",      0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NOFOLLOW, decode_paths },
	{ "lchown32",    0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NOFOLLOW, decode_paths },
	{ "fchown",      0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_FD, decode_paths },
	{ "fchown32",    0, STOP_ALWAYS, OP_CHOWN, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_FD, decode_paths },
	{ "fchownat",    0, STOP_ALWAYS, OP_CHOWN, FLAGS_AT, {1, -1}, {0, -1}, 4, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths },
	{ "utime",       0, STOP_ALWAYS, OP_UTIME, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths },
	{ "utimes",      0, STOP_ALWAYS, OP_UTIME, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths },
	{ "futimesat",   0, STOP_ALWAYS, OP_UTIME, FLAGS_NONE, {1, -1}, {0, -1}, -1, HOW_NULL_IS_FD, decode_paths },
	{ "utimensat",   0, STOP_ALWAYS, OP_UTIME, FLAGS_AT, {1, -1}, {0, -1}, 3, HOW_AT_NOFOLLOW | HOW_AT_EMPTY | HOW_NULL_IS_FD, decode_paths },
	{ "utimensat_time64", 0, STOP_ALWAYS, OP_UTIME, FLAGS_AT, {1, -1}, {0, -1}, 3, HOW_AT_NOFOLLOW | HOW_AT_EMPTY | HOW_NULL_IS_FD, decode_paths },
	{ "setxattr",    0, STOP_ALWAYS, OP_XATTR, FLAGS_XATTR, {0, -1}, {-1, -1}, 4, 0, decode_paths },
	{ "lsetxattr",   0, STOP_ALWAYS, OP_XATTR, FLAGS_XATTR, {0, -1}, {-1, -1}, 4, HOW_NOFOLLOW, decode_paths },
	{ "fsetxattr",   0, STOP_ALWAYS, OP_XATTR, FLAGS_XATTR, {0, -1}, {-1, -1}, 4, HOW_FD, decode_paths },
	{ "setxattrat", 463, STOP_ALWAYS, OP_XATTR, FLAGS_AT, {1, -1}, {0, -1}, 2, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths },
	{ "removexattr", 0, STOP_ALWAYS, OP_XATTR, FLAGS_NONE, {0, -1}, {-1, -1}, -1, 0, decode_paths },
	{ "lremovexattr", 0, STOP_ALWAYS, OP_XATTR, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_NOFOLLOW, decode_paths },
	{ "fremovexattr", 0, STOP_ALWAYS, OP_XATTR, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_FD, decode_paths },
	{ "removexattrat", 466, STOP_ALWAYS, OP_XATTR, FLAGS_AT, {1, -1}, {0, -1}, 2, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths },
	{ "file_setattr", 469, STOP_ALWAYS, OP_FLAGS, FLAGS_AT, {1, -1}, {0, -1}, 4, HOW_AT_NOFOLLOW | HOW_AT_EMPTY, decode_paths },
	{ "ioctl",       0, STOP_IOCTL, OP_FLAGS, FLAGS_NONE, {0, -1}, {-1, -1}, -1, HOW_FD, decode_ioctl },

	/* processes: nothing to record, but no child may slip away */
	{ "clone",       0, STOP_CLONE_BITS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, 0, 0, decode_clone },
	{ "clone3",      0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_clone3 },

	/* from here on a tracee's "/" may be another than ours */
	{ "chroot",      0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_new_root },
	{ "pivot_root",  0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_new_root },
	{ "unshare",     0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_new_root },
	{ "setns",       0, STOP_ALWAYS, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, decode_new_root },

	/* what would write unseen is refused, as by a kernel without it */
	{ "io_uring_setup",    0, STOP_DENY, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, NULL },
	{ "io_uring_enter",    0, STOP_DENY, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, NULL },
	{ "io_uring_register", 0, STOP_DENY, OP_COUNT, FLAGS_NONE, {-1, -1}, {-1, -1}, -1, 0, NULL },
};
/* clang-format on */
const size_t syscall_table_len = ARRAY_SIZE(syscall_table);

/* FS_IOC_SETFLAGS takes a long in its number, so that 32-bit programs have one of their own. */
const uint32_t ioctl_commands[] = {
	FS_IOC_SETFLAGS,
	FS_IOC32_SETFLAGS,
	FS_IOC_FSSETXATTR,
};
const size_t ioctl_commands_len = ARRAY_SIZE(ioctl_commands);

#define NUMBERS 512		/* both ABIs of both machines stay below */

static int number_of[ABI_COUNT][ARRAY_SIZE(syscall_table)];
static unsigned char row_of[ABI_COUNT][NUMBERS];	/* row + 1; 0: none */

_Static_assert(ARRAY_SIZE(syscall_table) < 255, "row_of holds a row's number in a byte");
_Static_assert(SYSCALL_NEWEST < NUMBERS, "row_of has room for every known call");

static int
resolve(const struct syscall_desc *d, enum abi abi)
{
	int number = seccomp_syscall_resolve_name_arch(abis[abi].scmp_arch, d->name);

	if (number >= 0)
		return number;
	return d->number ? d->number : -1;
}

void
systable_init(void)
{
	memset(row_of, 0, sizeof(row_of));
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		for (size_t i = 0; i < syscall_table_len; i++) {
			int number = resolve(&syscall_table[i], (enum abi)abi);

			number_of[abi][i] = number;
			assert(number < NUMBERS);
			if (number >= 0)
				row_of[abi][number] = (unsigned char)(i + 1);
		}
	}
}

const struct syscall_desc *
systable_find(enum abi abi, uint64_t number)
{
	if (number >= NUMBERS || row_of[abi][number] == 0)
		return NULL;
	return &syscall_table[row_of[abi][number] - 1];
}

int
systable_number(const struct syscall_desc *d, enum abi abi)
{
	return number_of[abi][d - syscall_table];
}
