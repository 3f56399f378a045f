/*
 * The table of system calls.  The seccomp filter, the decoders, the manual's list and the coverage test
 * read the same rows; adding a call is adding a row.
 */
#ifndef WT_TRACE_SYSCALLS_H
#define WT_TRACE_SYSCALLS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "event.h"
#include "trace/arch.h"

struct tracee;
struct syscall_desc;

/* What the loop does with a call after its entry stop. */
enum decision {
	DECIDE_PASS,		/* of no interest: it goes on without an exit stop */
	DECIDE_RECORD,		/* hand the call over, and again with its outcome */
	DECIDE_OUTCOME,		/* an exit stop without a record: the row's on_success looks at it */
};

/* When the filter lets a call stop.  Calls without a path to look at are not even in the table. */
enum stop_when {
	STOP_ALWAYS,
	STOP_NEVER,		/* found by another row's rule; here for its number */
	STOP_OPEN_FLAGS,	/* the flags argument has a bit that can write */
	STOP_IOCTL,		/* the command is one of ioctl_commands */
	STOP_CLONE_BITS,	/* flags that would hide the child, or give it mounts of its own */
	STOP_DENY,		/* refused with ENOSYS in the kernel, or let through if asked for */
	STOP_NET,		/* always, unless the network is left out */
	STOP_NET_ADDRESS,	/* the same where the fifth argument is an address */
	STOP_NET_OUTCOME,	/* the same where a socket is asked for its error */
	STOP_PTRACE,		/* the request would give the caller or another process a tracer */
	STOP_IPC,		/* the first argument asks for a message queue */
	STOP_PRCTL,		/* the option is about seccomp, or about joining a record (join.h) */
};

/* How a row's paths are found. */
enum {
	HOW_NOFOLLOW = 1 << 0,	/* the last symbolic link is not followed */
	HOW_NAME = 1 << 1,	/* acts on a name in its directory */
	HOW_FD = 1 << 2,	/* path[0] is a descriptor's argument */
	HOW_AT_NOFOLLOW = 1 << 3, /* follows, unless the flags have AT_SYMLINK_NOFOLLOW */
	HOW_AT_FOLLOW = 1 << 4,	/* does not follow, unless the flags have AT_SYMLINK_FOLLOW */
	HOW_AT_EMPTY = 1 << 5,	/* AT_EMPTY_PATH is obeyed */
	HOW_NULL_IS_FD = 1 << 6, /* a NULL path means the descriptor itself */
	HOW_MOUNT_POINT = 1 << 7, /* called as it is seen, whatever has been mounted there */
};

typedef enum decision decode_fn(struct tracee *t, const struct syscall_desc *d, struct call *call);

/* After a success, before the outcome is handed over. */
typedef void success_fn(struct tracee *t, int64_t result);

struct syscall_desc {
	const char *name;	/* as libseccomp knows it */
	int number;		/* of calls newer than libseccomp 2.5.4, where all ABIs agree; else 0 */
	enum stop_when stop;
	enum op op;
	enum flag_set flag_set;
	signed char path[2];	/* arguments; -1: none */
	signed char dirfd[2];	/* -1: the working directory */
	signed char flags;	/* -1: none */
	unsigned char how;
	decode_fn *decode;
	success_fn *on_success;	/* NULL: nothing more to find out */
};

extern const struct syscall_desc syscall_table[];
extern const size_t syscall_table_len;

/* The ioctl commands that change a file, and one that makes a userfaultfd. */
extern const uint32_t ioctl_commands[];
extern const size_t ioctl_commands_len;

/* Those that are refused to a command that shares the terminal of another user. */
extern const uint32_t ioctl_typing[];
extern const size_t ioctl_typing_len;

/* USERFAULTFD_IOC_NEW (linux/userfaultfd.h since 6.1), of /dev/userfaultfd. */
#define IOCTL_NEW_USERFAULTFD 0xaa00

/*
 * XFS's ways to open a file and to set its extended attributes by its handle, XFS_IOC_OPEN_BY_HANDLE and
 * XFS_IOC_ATTRMULTI_BY_HANDLE (fs/xfs/libxfs/xfs_fs.h, which is not among the kernel's exported headers).  The number holds
 * the size of a structure with pointers.
 */
#define SYSCALLS_XFS_OPEN_BY_HANDLE _IOC(_IOC_READ | _IOC_WRITE, 'X', 107, 56)
#define SYSCALLS_XFS_OPEN_BY_HANDLE_32 _IOC(_IOC_READ | _IOC_WRITE, 'X', 107, 28)
#define SYSCALLS_XFS_SET_BY_HANDLE _IOC(_IOC_WRITE, 'X', 123, 72)
#define SYSCALLS_XFS_SET_BY_HANDLE_32 _IOC(_IOC_WRITE, 'X', 123, 36)

/* Open flags of which one must be there for a call to be of interest (O_TMPFILE cannot do without). */
#define OPEN_WRITE_BITS (O_WRONLY | O_RDWR | O_APPEND | O_CREAT | O_TRUNC)

/* Calls with higher numbers (below the ABI's number_limit) are not known to this program. */
#define SYSCALL_NEWEST 469

/* Find each row's numbers.  Called once before anything else here. */
void syscalls_init(void);

/* The row for a number; NULL where the table has none. */
const struct syscall_desc *syscalls_find(enum abi abi, uint64_t number);

/* The row of a call by its name; it must be there. */
const struct syscall_desc *syscalls_by_name(const char *name);

/* A row's number in an ABI; -1 where it has none. */
int syscalls_number(const struct syscall_desc *d, enum abi abi);

#endif
