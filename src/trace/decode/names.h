/* Calls that act on names and attributes: from a row's columns to resolved paths. */
#ifndef WT_TRACE_DECODE_NAMES_H
#define WT_TRACE_DECODE_NAMES_H

#include "trace/syscalls.h"

/* What the row's columns say, and no more. */
decode_fn decode_paths;

decode_fn decode_renameat2, decode_link, decode_unlinkat, decode_bind, decode_truncate, decode_acct, decode_ioctl;
success_fn decode_bound, decode_ioctl_done;

#endif
