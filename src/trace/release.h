/* Letting tracees go on untraced (tracer_release()). */
#ifndef WT_TRACE_RELEASE_H
#define WT_TRACE_RELEASE_H

#include <stdbool.h>

#include "trace/calls.h"

/* Let a stopped tracee go, a signal delivered to it if there is one: its phase is TRACEE_RELEASED then. */
void release_one(struct tracee *t, int signal);

/* Whether the loop may end with tracees left: they are let go when they next stop, without the loop. */
bool release_is_done(struct tracer *tr);

#endif
