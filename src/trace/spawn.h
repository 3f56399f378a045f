/* The child that becomes COMMAND: held until it is traced, then under the filter, then executed. */
#ifndef WT_TRACE_SPAWN_H
#define WT_TRACE_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "trace/filter.h"

struct credentials;
struct places;

/* How far the child came. */
enum spawn_stage {
	SPAWN_HELD,		/* the word to go never came: whoever held it says why */
	SPAWN_FILTER,		/* the filter could not be made, or not loaded */
	SPAWN_UNPROVEN,		/* a call that must stop did not */
	SPAWN_CONFINED,		/* the kernel would not guard what may be changed */
	SPAWN_USER,		/* the user could not be changed */
	SPAWN_EXEC,		/* COMMAND could not be executed */
};

/* Sent through fail_fd, which COMMAND does not inherit: nothing arrives where it was executed. */
struct spawn_failure {
	enum spawn_stage stage;
	int error;		/* errno */
};

struct spawn {
	char *const *argv;
	bool filtered;			/* as this says */
	struct filter_options filter;
	pid_t tracer;			/* whom Yama shall let trace us */
	int go_fd;			/* one byte here: we are traced */
	int fail_fd;			/* one byte there: we may be traced; and what SPAWN_* says */
	const sigset_t *signal_mask;	/* COMMAND's */
	const struct sigaction *child_action;	/* COMMAND's for SIGCHLD: ignored or not */
	const struct places *allowed;	/* where something may be changed (landlock.h); NULL: everywhere */
	const struct credentials *user;	/* NULL: unchanged */
};

/*
 * In the child: make the filter while the tracer makes itself ready, wait, load it, execute.  A proof is made under way:
 * an open for writing with a file name that cannot exist has to stop for the tracer, and to fail as without it.  Never
 * returns.
 */
void spawn_child(const struct spawn *s) __attribute__((noreturn));

#endif
