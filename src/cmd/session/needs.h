/* What the machine must have for anything to be traced. */
#ifndef WT_CMD_SESSION_NEEDS_H
#define WT_CMD_SESSION_NEEDS_H

#include "base/err.h"

/* 0, or -1 with e set: what is missing here. */
int needs_check(struct err *e);

#endif
