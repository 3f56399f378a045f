/* A pager between a command and a person's terminal, as git(1) has one. */
#ifndef WT_CMD_UI_PAGER_H
#define WT_CMD_UI_PAGER_H

#include "cmd/ui/output.h"

/*
 * Where out is a terminal at standard output, let $PAGER stand before it (where it is not set, less -FRX if the terminal
 * tells how many rows it has); none where TERM is dumb or not set, PAGER is empty or cat, or there is no such program.  Whoever is ended by a signal then waits for the
 * pager first, and so does who is told by SIGPIPE that it has gone.  To be called once, after output_open().
 */
void pager_begin(const struct output *out);

/* After output_close(): standard output and error are the terminal again when the pager has ended. */
void pager_end(void);

#endif
