/* Where the record cannot vouch for what a call did: told apart here, worded here. */
#ifndef WT_RECORD_BLIND_H
#define WT_RECORD_BLIND_H

#include <stdint.h>

#include "event.h"

struct remote_mounts;

/* After a call's success. */
void blind_of_call(const struct event_sink *sink, const struct remote_mounts *remote, uint32_t image, const struct call *c);

/* What was opened is not what was looked at. */
void blind_race(const struct event_sink *sink, uint32_t image, const char *opened, const char *expected);

#endif
