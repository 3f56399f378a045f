/* show --owners: which package of this machine each path belongs to now. */
#ifndef WT_CMD_SHOW_OWNERS_H
#define WT_CMD_SHOW_OWNERS_H

#include "cmd/show.h"

/* Ask for all paths that are to be shown: sets s->owners.  0, or -1 with e set. */
int show_ask_owners(struct show *s, struct err *e);

#endif
