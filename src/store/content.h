/* Old contents inside a history: an export that carries them is read like any other history. */
#ifndef WT_STORE_CONTENT_H
#define WT_STORE_CONTENT_H

#include "base/digest.h"
#include "base/err.h"
#include "store/store.h"

/*
 * Open a content by its digest, at its beginning.  Nothing is checked: a reader that must be sure digests what it
 * reads.  1 with *fd for the caller to close, 0 where the history holds none such, -1 with e set.
 */
int content_open(struct store *s, const struct digest *d, int *fd, struct err *e);

#endif
