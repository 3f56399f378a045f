/* The rows of show: a line per changed path, and the connections. */
#ifndef WT_CMD_SHOW_CHANGES_H
#define WT_CMD_SHOW_CHANGES_H

#include "cmd/show.h"

/* 0, or -1 with e set. */
int show_changes(struct show *s, struct err *e);
int show_connections(struct show *s, struct err *e);

#endif
