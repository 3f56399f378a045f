/* Calls that open for writing. */
#ifndef WT_TRACE_DECODE_OPEN_H
#define WT_TRACE_DECODE_OPEN_H

#include "trace/syscalls.h"

decode_fn decode_open, decode_openat2, decode_creat, decode_open_by_handle;
success_fn decode_opened;

#endif
