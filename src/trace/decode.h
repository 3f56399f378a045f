/*
 * Decoders: from a call's registers and memory to a struct call with its paths resolved.  None knows of
 * wait statuses.  A call whose path cannot be read, or on a descriptor that is not there, is passed: it
 * fails and has no path to tell of.
 */
#ifndef WT_TRACE_DECODE_H
#define WT_TRACE_DECODE_H

#include "trace/systable.h"
#include "trace/tracee.h"

/* Fill an empty call from t's entry stop by the rules of its row; t->desc is set. */
enum decision decode(struct tracee *t, struct call *call);

/* After the success of a call that opens: what the new descriptor stands for. */
void decode_opened(const struct tracee *t, int64_t result, struct call *call);

/* The rows' decoders. */
decode_fn decode_paths, decode_renameat2, decode_link, decode_unlinkat, decode_bind, decode_socketcall;
decode_fn decode_truncate, decode_ioctl;
decode_fn decode_open, decode_openat2, decode_creat, decode_open_by_handle;
decode_fn decode_clone, decode_clone3, decode_new_root;

/* For the decoders: argument index as a descriptor (the kernel takes its lower half); AT_FDCWD for -1. */
int decode_dirfd(const struct tracee *t, int index);

/* Read a path argument into a static buffer; NULL if it cannot be read.  An overlong one comes cut off. */
const char *decode_raw(const struct tracee *t, uint64_t addr);

#endif
