/* The content that a path had before a run, or that the run left: in the pre-image store, or still on the disk. */
#ifndef WT_HISTORY_OLD_CONTENT_H
#define WT_HISTORY_OLD_CONTENT_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/err.h"
#include "store/store.h"
#include "store/query_state.h"

struct old_content_source {
	int fd;			/* O_RDONLY at its beginning; -1: none */
	bool kept;		/* from the pre-image store; else from the disk */
	bool has_digest;	/* false: a file that was only moved, told by size and time */
	struct digest digest;	/* what the content has to be */
};

#define OLD_CONTENT_INIT { .fd = -1 }

/*
 * Open what row's path held before row's run.  What was not kept is still there where the run let it alone, or
 * moved it, and nobody has changed it since; or in the store for the sake of a later run.  old_content_release() in
 * either case.  0, or -1 with e set: ERR_NOT_FOUND where the path was absent or its content is nowhere any more,
 * ERR_INPUT where it was no regular file, ERR_SYSTEM.
 */
int old_content_open(struct old_content_source *out, struct store *s, const struct state_row *row, struct digester *d,
		     struct err *e);

/* The same of what row's run left at row's path: of texts it is kept (record/left_content.h). */
int old_content_open_left(struct old_content_source *out, struct store *s, const struct state_row *row,
			  struct digester *d, struct err *e);

void old_content_release(struct old_content_source *b);

/* Fill e for a content that is not what its digest says.  Returns -1. */
int old_content_damaged(const struct old_content_source *b, const struct store *s, const struct state_row *row,
			struct err *e);

#endif
