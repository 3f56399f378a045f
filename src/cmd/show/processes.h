/* show --processes: the process images of a run as a tree. */
#ifndef WT_CMD_SHOW_PROCESSES_H
#define WT_CMD_SHOW_PROCESSES_H

#include "cmd/show.h"

/* 0, or -1 with e set. */
int show_processes(struct show *s, struct err *e);

#endif
