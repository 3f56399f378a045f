/* The tracer: it owns the tracees, turns their stops into events, and lets them go on. */
#ifndef WT_TRACE_TRACER_H
#define WT_TRACE_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "event.h"

struct ask;
struct tracer;

/* What the loop's owner decides; all are called between two stops. */
struct tracer_hooks {
	void *context;
	/* COMMAND has been executed, or all that is attached to is held: until then nothing is recorded */
	void (*started)(void *context);
	/* COMMAND's own process has ended; descendants may go on */
	void (*command_ended)(void *context, int status);
	/* signals have arrived: WAKE_* of wake.h */
	void (*woken)(void *context, unsigned bits);
};

/* The filter must be loaded by the tracee itself; without one every call of a tracee stops. */
struct tracer *tracer_new(const struct tracer_hooks *hooks, bool filter);
void tracer_free(struct tracer *tr);

/*
 * Take hold of a child that waits to execute COMMAND.  0, or -1 with e set: what forbids tracing
 * (a container's seccomp profile, Yama, an emulator).
 */
int tracer_seize(struct tracer *tr, pid_t pid, struct err *e);

/*
 * Without a filter, instead of tracer_seize(): take hold of processes that are running already, with all
 * their threads.  They run on as they were until tracer_loop(); then each is stopped for a moment.  0, or
 * -1 with e set to what forbids it; those that are held by then are let go when this process ends.
 */
int attach_start(struct tracer *tr, const pid_t *pids, size_t n, struct err *e);

/* How many tracees there are, threads counted. */
unsigned tracer_threads(const struct tracer *tr);

/* Ask this one before connections; it stays the caller's, and outlives the loop. */
void tracer_ask_before(struct tracer *tr, struct ask *before);

/* Whether the child's proof (spawn.h) was seen: a call of its own stopped as it must. */
bool tracer_proven(const struct tracer *tr);

/* Serve the tracees until the last has ended; what they do goes to sink.  0, or -1 with e set. */
int tracer_loop(struct tracer *tr, const struct event_sink *sink, struct err *e);

/* Send a signal to every process that is traced. */
void tracer_kill(const struct tracer *tr, int signal);

/*
 * Without a filter: let every tracee go on untraced; a blind spot says that what it does from now on is not
 * recorded.  COMMAND and its descendants are stopped for a moment each, and tracer_loop() ends when the last
 * has gone.  What was attached to is not disturbed: it goes where it stops by itself, and tracer_loop() ends
 * as soon as no recorded call is under way; the rest goes when it next stops, or when this process ends.
 */
void release_start(struct tracer *tr);

/* Call back for each traced process. */
void tracer_each_process(const struct tracer *tr, void (*each)(void *context, pid_t pid), void *context);

/* How many stops have been served. */
unsigned long tracer_stops(const struct tracer *tr);

#endif
