/* The subcommands. */
#ifndef WT_CMD_TABLE_H
#define WT_CMD_TABLE_H

#include "base/err.h"

struct cmd;

/* All commands, by name; NULL ends the list. */
extern const struct cmd *const cmd_table[];

const struct cmd *table_find(const char *name);

/* The command whose name is nearest to word by edit distance; NULL if none is near. */
const struct cmd *table_nearest(const char *word);

/* Fill e with what was probably meant by argv, which ends with NULL and whose first word is no command.  Returns -1. */
int table_unknown(char *const argv[], struct err *e);

#endif
