/*
 * Runs that go on, as far as they have come: their journals are read, nothing is written but rows of the reader's own
 * (store/interim.h), and nobody waits for us.
 */
#ifndef WT_RECORD_RUNNING_H
#define WT_RECORD_RUNNING_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/*
 * Let what is asked of the store find what runs have done by now that have not ended.  From then on it knows of these runs
 * alone, those among them that have ended included; once a store.  What ends meanwhile is as the history has it,
 * so that a caller asks for a run's state after this.  Where none of them goes on, or no journal of theirs is the caller's
 * own, nothing is done.  0, or -1 with e set.
 */
int running_load(struct store *s, const int64_t *ids, size_t n, struct err *e);

#endif
