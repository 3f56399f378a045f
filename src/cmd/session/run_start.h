/* What a run's row begins with: who, where, when, by which command. */
#ifndef WT_CMD_SESSION_RUN_START_H
#define WT_CMD_SESSION_RUN_START_H

#include "store/run.h"

/* A filled run_start and what its strings point at. */
struct identity {
	struct run_start start;
	char uuid[40];
	char *host, *login, *directory, *command;
};

/*
 * Fill with the present: a new uuid, the host, the caller (of sudo, where that was used), the working
 * directory, the time, our pid.  command is the quoted command, which is taken over; name is
 * borrowed.  run_start_release() frees; the identity must not be moved in memory.
 */
void run_start_fill(struct identity *id, enum run_kind kind, const char *name, char *command);
void run_start_release(struct identity *id);

#endif
