/* What a process that is attached to has from before: files open or mapped for writing, rings, children. */
#ifndef WT_TRACE_ATTACH_FOUND_H
#define WT_TRACE_ATTACH_FOUND_H

#include <stdbool.h>

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

/* A blind spot for each traced process with children that are not traced. */
void attach_found_children(const struct tracer *tr);

#endif
