/* Files that a tracee has open for writing without having opened them under our eyes. */
#ifndef WT_TRACE_INHERITED_H
#define WT_TRACE_INHERITED_H

#include "event.h"
#include "trace/tracee.h"

/* Hand over each regular file and block device among t's descriptors, as an OP_INHERITED that succeeded. */
void inherited_report(const struct tracee *t, const struct event_sink *sink);

#endif
