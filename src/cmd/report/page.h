/* A report as one page of HTML that needs nothing from anywhere. */
#ifndef WT_CMD_REPORT_PAGE_H
#define WT_CMD_REPORT_PAGE_H

#include <stdio.h>

#include "cmd/report/story.h"

/* 0, 1 where a part of it could not be read, which has been said, or -1 with e set. */
int page_put(const struct story *s, FILE *out, struct err *e);

#endif
