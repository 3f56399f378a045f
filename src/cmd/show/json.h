/* show --format=json: one object. */
#ifndef WT_CMD_SHOW_JSON_H
#define WT_CMD_SHOW_JSON_H

#include "cmd/show.h"

/* 0, or -1 with e set. */
int show_json(struct show *s, struct err *e);

#endif
