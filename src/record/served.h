/* The places of services, looked at before those are asked for the first time. */
#ifndef WT_RECORD_SERVED_H
#define WT_RECORD_SERVED_H

#include <stdint.h>

#include "record/watched_look.h"

/*
 * A connection is about to be asked for by the image.  Where somebody listens there who writes for others, his places are
 * looked at, once in a run for each service.
 */
void served_look(struct prestate *ps, struct watched_limits *limits, const struct connection *c, uint32_t image);

/* Files up to 1 MiB, 16 MiB in all, and half a second for each place, while the tracee waits. */
struct watched_limits served_limits(void);

#endif
