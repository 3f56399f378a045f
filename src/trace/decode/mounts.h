/* Calls that change what is mounted where. */
#ifndef WT_TRACE_DECODE_MOUNTS_H
#define WT_TRACE_DECODE_MOUNTS_H

#include "trace/syscalls.h"

decode_fn decode_mount, decode_pivot_root, decode_fsmount;
success_fn decode_mounted, decode_made_file_system;

#endif
