/* What `run` and `attach` say on standard error at the end. */
#ifndef WT_CMD_SESSION_SUMMARY_H
#define WT_CMD_SESSION_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "record/finish.h"
#include "record/ledger.h"

struct summary;

/* directory: the working directory of the command, which places are named from. */
struct summary *summary_new(const char *directory);
void summary_free(struct summary *s);

/* Take note of a row of `changes`. */
void summary_row(struct summary *s, const char *path, const struct row_change *row);

/* Take note of what a person should look at, the gravest first. */
void summary_look(struct summary *s, const char *path, const char *reason);

/* Take note of a connection, made or refused. */
void summary_connection(struct summary *s, const struct connection *c, int error);

/* How a run ended, in the words of the first line. */
struct summary_run {
	int64_t id;
	const char *name;	/* NULL: none */
	int64_t started_ns;
	enum run_state state;	/* complete, interrupted */
	bool attached;		/* to what ran already */
	bool let_go;		/* processes go on untraced */
	const char *left;	/* who still runs, unrecorded; NULL: nobody */
	bool colored;
	unsigned long refused;	/* calls that would have changed what was not allowed */
	const char *db;		/* the history as --db gave it; NULL: it did not */
};

void summary_print(struct summary *s, const struct summary_run *run, const struct tally_sheet *tally,
		   const struct ledger *l);

#endif
