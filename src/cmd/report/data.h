/* The changed paths and the processes as JSON, for the page's script. */
#ifndef WT_CMD_REPORT_DATA_H
#define WT_CMD_REPORT_DATA_H

#include <stdio.h>

#include "cmd/report/story.h"

/* Write one object, in which nothing ends the script element that it stands in.  page.js says how it is read.  0, or -1 with e set. */
int data_put(const struct story *s, FILE *out, struct err *e);

/*
 * Add the name of a user or group as this machine has it; its number where there is none, or the runs are another
 * machine's.
 */
void data_add_owner(struct buf *out, const struct story *s, bool group, uint32_t id);

#endif
