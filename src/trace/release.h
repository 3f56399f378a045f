/* Letting tracees go on untraced. */
#ifndef WT_TRACE_RELEASE_H
#define WT_TRACE_RELEASE_H

#include <stdbool.h>

#include "trace/tracer.h"

/*
 * Without a filter: let every tracee go on untraced; a blind spot says that what it does from now on is not
 * recorded.  COMMAND and its descendants are stopped for a moment each, and tracer_loop() ends when the last
 * has gone.  What was attached to is not disturbed: it goes where it stops by itself, and tracer_loop() ends
 * as soon as no recorded call is under way; the rest goes when it next stops, or when this process ends.
 */
void release_start(struct tracer *tr);

/*
 * Let a stopped tracee go, a signal delivered to it if there is one: its phase is TRACEE_RELEASED then.  One
 * that was attached to and is about to begin a call is still traced: it goes at its next stop.
 */
void release_one(struct tracee *t, int signal);

/* Whether the loop may end with tracees left: they are let go when they next stop, without the loop. */
bool release_is_done(struct tracer *tr);

#endif
