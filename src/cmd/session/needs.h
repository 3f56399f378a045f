/* What the machine must have for anything to be traced, and what it may lack. */
#ifndef WT_CMD_SESSION_NEEDS_H
#define WT_CMD_SESSION_NEEDS_H

#include <stdio.h>

#include "base/err.h"

/* 0, or -1 with e set: what is missing here. */
int needs_check(struct err *e);

/* A line for each thing that not all kernels have (or not all containers allow): since when, whether it is here, and
 * what follows from its absence. */
void needs_describe(FILE *out);

#endif
