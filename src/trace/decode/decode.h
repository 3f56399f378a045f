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

/* For the decoders: argument index as a descriptor (the kernel takes its lower half); AT_FDCWD for -1. */
int decode_dirfd(const struct tracee *t, int index);

enum { DECODE_RAW = PATH_MAX + 1 };

/* Read a path argument; false if it cannot be read.  An overlong one comes cut off. */
bool decode_raw(struct tracee *t, uint64_t addr, char raw[DECODE_RAW]);

#endif
