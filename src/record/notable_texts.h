/* What was in a changed file, and what is in it, for words about it. */
#ifndef WT_RECORD_NOTABLE_TEXTS_H
#define WT_RECORD_NOTABLE_TEXTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "store/rows.h"

struct remote_mounts;

/*
 * Read both: the old one from the store of contents beside the history, the one that was left from there as well, or from
 * the disk where it still is what was looked at.  Of what was not there it is empty, and so it is of links.  Whether both
 * are known, as texts of up to 1 MiB.
 */
bool notable_texts_read(const char *history, const struct remote_mounts *remote, const char *path,
			const struct row_change *change, struct buf *before, struct buf *after);

#endif
