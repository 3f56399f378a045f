/* From the ledger to the history while a run goes on: images, tallies, connections, blind spots. */
#ifndef WT_RECORD_FLUSH_H
#define WT_RECORD_FLUSH_H

#include <stdint.h>

#include "record/ledger.h"
#include "base/err.h"
#include "store/store.h"

/* Write rows for what the ledger has gathered: images, tallies, blind spots.  In transactions of its own. */
int flush_rows(struct ledger *l, struct store *s, int64_t run_id, struct err *e);

/*
 * The id of an image's row, which is written or brought up to date where it has to be; 0 where there is no such image.
 * Inside a transaction.
 */
int flush_image(struct ledger *l, struct store *s, int64_t run_id, uint32_t number, int64_t *row_id, struct err *e);

#endif
