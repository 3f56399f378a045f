/*
 * Signals that interrupt the loop's waitpid(2).  One that arrives just before the wait would be missed;
 * therefore each sets a short timer going that interrupts again until it has been seen.
 */
#ifndef WT_TRACE_SIGNALS_H
#define WT_TRACE_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	WAKE_TICK = 1 << 0,	/* a quarter second of activity has passed */
	WAKE_TERM = 1 << 1,	/* SIGTERM */
	WAKE_HUP = 1 << 2,	/* SIGHUP */
	WAKE_ORPHANED = 1 << 3,	/* SIGUSR2: the front has died */
	WAKE_END = 1 << 4,	/* SIGUSR1: the front asks to end what is left, or signals_after() has passed */
	WAKE_LEAVE = 1 << 5,	/* SIGURG, which harms nobody else: what outlives COMMAND is to be left to itself */
};

/* Take over the signals of a tracer process; those of terminals are ignored. */
void signals_install(void);

/* What has arrived since the last call. */
unsigned signals_take(void);

/* Begin or stop ticking four times a second. */
void signals_tick(int on);

/* Have WAKE_END arrive when ns, more than 0, have passed.  0, or -1 with errno. */
int signals_after(int64_t ns);

/*
 * Whether SIGCHLD tells of stops too, and is blocked, for signals_await_stop(): who waits for stops by waitpid(2) does
 * without, for a signal for each would be work for nothing.  All other threads of the process block it.
 */
void signals_tell_stops(bool on);

/* Who has stopped or ended; 0: nobody has been told of within ns; -1 with errno, EINTR where something else came. */
pid_t signals_await_stop(int64_t ns);

#endif
