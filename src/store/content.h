/*
 * Contents that runs keep: which rows refer to them, and those inside a history (an export that carries them is read like
 * any other history).
 */
#ifndef WT_STORE_CONTENT_H
#define WT_STORE_CONTENT_H

#include "base/digest.h"
#include "base/err.h"
#include "store/store.h"

/* For FROM: run_id, sha256 and size of each content that a run keeps, the old ones and what it left; one may stand there twice. */
#define KEPT_CONTENTS \
	"(SELECT run_id, sha256_before AS sha256, size_before AS size FROM change" \
	"  WHERE old_content = 'kept' AND sha256_before IS NOT NULL UNION ALL" \
	" SELECT run_id, sha256_after, size_after FROM change WHERE left_kept = 1 AND sha256_after IS NOT NULL)"

/*
 * Open a content by its digest, at its beginning.  Nothing is checked: a reader that must be sure digests what it
 * reads.  1 with *fd for the caller to close, 0 where the history holds none such, -1 with e set.
 */
int content_open(struct store *s, const struct digest *d, int *fd, struct err *e);

#endif
