/* Writing chosen runs of a history into a file of their own: a history again, plain and in one piece. */
#ifndef WT_STORE_EXPORT_H
#define WT_STORE_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "store/store.h"

struct export_file;

struct export_options {
	bool no_args;		/* of commands the programs alone */
	bool contents;		/* there will be export_content() for what is kept; else nothing counts as kept */
};

/*
 * Begin an export into file, which must be there and empty; it is the caller's to remove.  The reading of
 * from is one transaction until export_free().  0, or -1 with e set.
 */
int export_begin(struct export_file **out, const char *file, struct store *from,
		 const struct export_options *options, struct err *e);

/* Add a run with all its rows.  Numbers stay what they are.  0, or -1 with e set. */
int export_run(struct export_file *x, int64_t run_id, struct err *e);

/* The next old content that the runs keep: 1, 0 at the end, -1 with e set. */
int export_next_content(struct export_file *x, struct digest *out, struct err *e);
/* Add it, from a descriptor at its beginning; *size_bytes is its length.  0, or -1 with e set. */
int export_content(struct export_file *x, const struct digest *d, int fd, int64_t *size_bytes, struct err *e);
/* It is not to be had: what is exported does not count it as kept.  0, or -1 with e set. */
int export_content_lost(struct export_file *x, const struct digest *d, struct err *e);

/* Finish and close the file; *n_paths is how many paths are in it.  0, or -1 with e set. */
int export_end(struct export_file *x, int64_t *n_paths, struct err *e);
void export_free(struct export_file *x);

#endif
