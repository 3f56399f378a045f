/*
 * What a run left of text files, kept: for a look at it, and to take a change of the run out of a text that others have
 * changed since.
 */
#ifndef WT_RECORD_LEFT_CONTENT_H
#define WT_RECORD_LEFT_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "record/outcome.h"
#include "record/preimage.h"

struct left_contents {
	struct preimages *contents;	/* borrowed; NULL: nothing is kept */
	struct remote_mounts *remote;	/* borrowed; not to be touched */
	int64_t n_new;			/* contents of files that are new, kept so far */
};

/*
 * Put the content that was left at o's path, as it was looked at, into the store, if it is a text of up to 1 MiB that is new
 * there: of all files that were modified, and of so many that were created (an installation of a hundred thousand
 * would take twice as long).  Whether it is there now; what cannot be kept is not missed.
 */
bool left_content_keep(struct left_contents *k, const struct outcome *o);

#endif
