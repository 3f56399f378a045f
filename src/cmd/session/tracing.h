/* The tracing process: it traces and holds the history. */
#ifndef WT_CMD_SESSION_TRACING_H
#define WT_CMD_SESSION_TRACING_H

#include <sys/types.h>

#include "cmd/session/front.h"

/* What the tracing process tells the front, one message a write. */
enum message_kind {
	MESSAGE_READY,		/* COMMAND may be made */
	MESSAGE_SEIZED,		/* it is traced and the history is open: it may go */
	MESSAGE_FAILED,		/* with a text; the process ends */
	MESSAGE_FOLLOWING,	/* COMMAND has ended; the process goes on by itself */
	MESSAGE_LEFT,		/* with an outcome: so has the record, and the process goes on by itself */
};

struct message {
	enum message_kind kind;
	char uuid[40];		/* READY: the run's */
	int outcome;		/* LEFT: TRACING_* */
	char text[1024];	/* FAILED: why */
};

/* Its exit statuses. */
enum {
	TRACING_EXACT = 0,
	TRACING_BLIND = 1,	/* the record has blind spots */
	TRACING_REFUSED = 2,	/* it has none, but the tracees were refused what is not allowed */
	TRACING_FAILED = 3,	/* there is no record, or not what -o asked for; it has said why */
};

/*
 * In a new process: open the history, wait for COMMAND's pid on pid_fd or attach to what the order names,
 * trace it to its end, write the record and the summary.  Never returns.
 */
void tracing_main(const struct order *order, pid_t front, int message_fd, int pid_fd)
	__attribute__((noreturn));

#endif
