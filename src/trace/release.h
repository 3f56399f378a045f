/* Letting tracees go on untraced (release_start()). */
#ifndef WT_TRACE_RELEASE_H
#define WT_TRACE_RELEASE_H

#include <stdbool.h>

#include "trace/call.h"

/*
 * Let a stopped tracee go, a signal delivered to it if there is one: its phase is TRACEE_RELEASED then.  One
 * that was attached to and is about to begin a call is still traced: it goes at its next stop.
 */
void release_one(const struct tracer *tr, struct tracee *t, int signal);

/* Whether the loop may end with tracees left: they are let go when they next stop, without the loop. */
bool release_is_done(struct tracer *tr);

#endif
