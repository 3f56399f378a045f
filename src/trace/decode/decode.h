/*
 * Decoders: from a call's registers and memory to a struct call with its paths resolved.  None knows of
 * wait statuses.  A call whose path cannot be read, or on a descriptor that is not there, is passed: it
 * fails and has no path to tell of.
 */
#ifndef WT_TRACE_DECODE_DECODE_H
#define WT_TRACE_DECODE_DECODE_H

#include <limits.h>

#include "trace/syscalls.h"
#include "trace/tracee.h"

/* Fill an empty call from t's entry stop by the rules of its row; t->desc is set. */
enum decision decode_call(struct tracee *t, struct call *call);

/*
 * The outcome of a call on a connection is known: look whether it was made as it was asked for.  If not, it
 * has been undone and *result, the call's own result from then on, is -ECONNREFUSED.  False: there is nothing
 * to tell.
 */
bool decode_connection_settled(struct tracee *t, int64_t *result);

/* The rows' decoders, and what they do after a success. */
decode_fn decode_paths, decode_renameat2, decode_link, decode_unlinkat, decode_bind, decode_socketcall;
decode_fn decode_truncate, decode_acct, decode_ioctl;
decode_fn decode_open, decode_openat2, decode_creat, decode_open_by_handle;
decode_fn decode_clone, decode_clone3, decode_new_root, decode_mount, decode_pivot_root;
decode_fn decode_recvmsg, decode_pidfd_getfd;
decode_fn decode_make_socket, decode_connect, decode_sendto, decode_getsockopt;
decode_fn decode_ptrace, decode_seccomp, decode_prctl, decode_io_uring;
success_fn decode_opened, decode_received, decode_got_descriptor, decode_mounted, decode_noticed, decode_cloned;
success_fn decode_entered_new_root;

/* For the decoders: argument index as a descriptor (the kernel takes its lower half); AT_FDCWD for -1. */
int decode_dirfd(const struct tracee *t, int index);

/* Put i386's socketcall(2) arguments where the call itself would have them.  0, or -1. */
int decode_socketcall_args(struct tracee *t, unsigned n);

enum { DECODE_RAW = PATH_MAX + 1 };

/* Read a path argument; false if it cannot be read.  An overlong one comes cut off. */
bool decode_raw(struct tracee *t, uint64_t addr, char raw[DECODE_RAW]);

#endif
