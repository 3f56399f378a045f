/* Calls that make processes or change where a process's paths start. */
#ifndef WT_TRACE_DECODE_PROCESS_H
#define WT_TRACE_DECODE_PROCESS_H

#include "trace/syscalls.h"

decode_fn decode_clone, decode_clone3, decode_new_root;
success_fn decode_cloned, decode_entered_new_root;

#endif
