/* The head of show: what the run was, in lines of a label and words. */
#ifndef WT_CMD_SHOW_HEAD_H
#define WT_CMD_SHOW_HEAD_H

#include "cmd/show.h"

/* 0, or -1 with e set. */
int show_head(struct show *s, struct err *e);

#endif
