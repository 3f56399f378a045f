/* What a process that is attached to has from before: files open or mapped for writing, rings, children. */
#ifndef WT_TRACE_ATTACH_FOUND_H
#define WT_TRACE_ATTACH_FOUND_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"
#include "trace/tracee.h"

/* Whether t has descriptors of its own, and not merely those of its process's first thread. */
bool attach_found_is_own(const struct tracee *t);

/*
 * Hand over what t can write to as OP_INHERITED, its state as it is found, and what of that cannot be known
 * as blind spots.  late: the run has begun, and what it has met
 * already is left out.
 */
void attach_found_report(const struct tracee *t, bool late);

/* A process that is the child of a traced one, and not traced. */
struct untraced_child {
	uint32_t image;		/* of the parent; 0: not told of yet */
	pid_t pid;
};

/* Those of parents that have just been found, but for our own two, which may be a traced shell's.  How many; *out is the caller's to free. */
size_t attach_found_untraced(const struct tracer *tr, struct untraced_child **out);

/* A blind spot for each process that has just been found with children that are not traced. */
void attach_found_children(const struct tracer *tr);

#endif
