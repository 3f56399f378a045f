/* attach --live: a table on the terminal of what is being written, drawn anew each second. */
#ifndef WT_CMD_SESSION_LIVE_H
#define WT_CMD_SESSION_LIVE_H

#include "event.h"
#include "trace/tracer.h"

struct live;

/*
 * On the terminal that is our standard output, by a descriptor of our own: one that is held up (Ctrl-S) must not hold up the
 * tracees.  NULL with errno where it is none.
 */
struct live *live_new(void);
/* NULL is fine. */
void live_free(struct live *l);
/* Its descriptor, to be kept. */
int live_fd(const struct live *l);

/* A path has been opened for writing, or was found so. */
void live_opened(struct live *l, const char *path, const char *program);

/* Look at the traced processes, and draw; more often than each second it does nothing, but for the last time. */
void live_refresh(struct live *l, struct tracer *tr, bool last);

#endif
