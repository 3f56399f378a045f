/* The look at a place before others may change what is in it. */
#ifndef WT_RECORD_WATCHED_LOOK_H
#define WT_RECORD_WATCHED_LOOK_H

#include <stdint.h>

#include "record/prestate.h"

/* How much is read and kept before it is known whether anybody changes it: nobody tells before he does. */
struct watched_limits {
	int64_t file_bytes;	/* files up to so much, … */
	int64_t all_bytes;	/* … and no more than this of all places together */
	int64_t used_bytes;	/* of which so much has been taken */
	int64_t within_ns;	/* a place is given so long; 0: as long as it takes */
};

#define WATCHED_FILE_BYTES (1LL << 20)

/* Of all files together, where each may have so much. */
int64_t watched_look_all_bytes(int64_t file_bytes);

/*
 * Look at path, canonical, and write it to the journal: what differs at the end has come through via, for image.  What is not
 * to be seen is a blind spot.
 */
void watched_look(struct prestate *ps, struct watched_limits *limits, const char *path, const char *via, uint32_t image);

#endif
