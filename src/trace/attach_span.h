/* What an attachment has not seen, in one sentence: what was before it, and what is after. */
#ifndef WT_TRACE_ATTACH_SPAN_H
#define WT_TRACE_ATTACH_SPAN_H

#include "trace/tracer.h"

/* Recording begins now. */
void attach_span_begin(struct tracer *tr);

/* t had files open or mapped for writing when it was found. */
void attach_span_note(const struct tracee *t);

/*
 * It has ended: BLIND_UNTRACED where processes are let go, else BLIND_PRE_IMAGE where any had files open, else nothing.
 * Told once; of no process alone.
 */
void attach_span_tell(struct tracer *tr, bool let_go);

void attach_span_release(struct attach_span *s);

#endif
