/* What one run puts into the store of old contents (objects_dir.h). */
#ifndef WT_OBJECTS_OBJECTS_H
#define WT_OBJECTS_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"

/* The writer of one run.  Nothing is made on the disk before the first put.  durable: fsync(2) at each. */
struct objects;
struct objects *objects_new(const char *history, bool durable);
void objects_free(struct objects *o);

/*
 * Keep what a regular file holds; fd is open for reading, its offset moves.  *out is the content's name and
 * *size_bytes (may be NULL) its length.  What is there already is not stored again.  Sparse files stay
 * sparse, and blocks are shared where the file system can (FICLONE).  At most as many bytes are taken as the
 * file has at the beginning: the caller compares its size and times before and after.
 *
 * 0, or -1 with e set to ERR_SYSTEM: ENOSPC where no more than a tenth of the file system, or 5 GiB, would
 * be left free.
 */
int objects_put(struct objects *o, int fd, struct digest *out, int64_t *size_bytes, struct err *e);

/*
 * Go on in BASE.objects, and put there again what this writer has put so far; what it finds there is used.  The store
 * that is left stays as it is.  *n_lost is how many contents of its own could not be had or put any more.
 * 0, or -1 with e set: no store can be made there, and nothing has changed.
 */
int objects_move(struct objects *o, const char *base, unsigned *n_lost, struct err *e);

/* Whether what this writer has put is where BASE.objects leads; true where it has put nothing. */
bool objects_are_at(const struct objects *o, const char *base);

/* Whether this writer has put what lies in its store under name, "ab/cdef…". */
bool objects_own_name(const struct objects *o, const char *name);

/*
 * Take one objects_put() back.  The object goes if this writer brought it, nothing else that this writer put
 * has the same content, and no other run has put it since.
 */
void objects_drop(struct objects *o, const struct digest *d);

#endif
