/* Runs that were begun within this one: a process of it that is a run to whoever began it, with all that it starts. */
#ifndef WT_RECORD_JOINED_H
#define WT_RECORD_JOINED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/uuid.h"

struct ledger;
struct store;

struct joined_run {
	uint32_t image;			/* that asked for it */
	pid_t pid;
	char uuid[UUID_TEXT + 1];
	char *name;			/* NULL: none */
	int64_t ended_ns;		/* 0: it goes on */
	int status;			/* as waitpid() gives it */
	bool stored;			/* the history has it */
};

struct joined_runs {
	struct joined_run *list;
	size_t n;
	size_t n_ended;			/* and not stored */
};

/* A new one; nothing where the process is one already.  False: that, or there is no such image. */
bool joined_add(struct ledger *l, uint32_t image, const char *name, const char *uuid);

/* The process of that image has ended: whether one of them has with it. */
bool joined_end(struct ledger *l, uint32_t image, int status, int64_t ended_ns);

/* The rows of those that have ended, or of all.  0, or -1 with e set. */
int joined_flush(struct ledger *l, struct store *s, int64_t run_id, bool all, struct err *e);

void joined_release(struct joined_runs *j);

#endif
