/* Calls that change nothing themselves, but after which somebody may act unseen. */
#ifndef WT_TRACE_DECODE_WATCH_H
#define WT_TRACE_DECODE_WATCH_H

#include "trace/syscalls.h"

decode_fn decode_ptrace, decode_seccomp, decode_prctl, decode_io_uring, decode_io_uring_setup, decode_userfaultfd,
	decode_fanotify_init, decode_swapon, decode_process_vm_writev, decode_request_key;

/* The blind spot that was taken note of at the entry is told. */
success_fn decode_noticed;

#endif
