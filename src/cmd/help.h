/* What --help prints. */
#ifndef WT_CMD_HELP_H
#define WT_CMD_HELP_H

#include <stdio.h>

struct cmd;

void help_overview(FILE *out);
void help_command(const struct cmd *cmd, FILE *out);

#endif
