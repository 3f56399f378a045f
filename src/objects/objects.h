/*
 * The store of old contents beside a history: HISTORY.objects/ab/cdef…, each named by its SHA-256.  Directories
 * are 0700 and files 0600 whatever they were copied from.  An object is there whole or not at all, and what it
 * holds is what its name says when it is put there; nobody writes to it after that.  Empty contents are stored
 * like all others.
 *
 * An object's mtime tells when it was last put, by whichever run: a run that goes on refers to no object whose
 * mtime lies before its start.  Each look at that time which decides something is made under a flock(2) on
 * HISTORY.objects, held for a few calls only: shared to refer to an object, exclusive to remove one.
 */
#ifndef WT_OBJECTS_OBJECTS_H
#define WT_OBJECTS_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"

/*
 * A descriptor of a kept content (O_RDONLY, atime untouched where that is allowed) for the caller to close,
 * or -1 with errno; ENOENT: it is not kept.  Nothing is checked: a reader that must be sure digests what it
 * reads.
 */
int objects_dir_get(const char *history, const struct digest *d);
bool objects_dir_has(const char *history, const struct digest *d);

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
 * Take one objects_put() back.  The object goes if this writer brought it, nothing else that this writer put
 * has the same content, and no other run has put it since.
 */
void objects_drop(struct objects *o, const struct digest *d);

/*
 * Remove an object that was not put at or after used_before_ns (since 1970; INT64_MAX: in any case).
 * 0, or -1 with errno: EBUSY where it was, ENOENT.
 */
int objects_dir_remove(const char *history, const struct digest *d, int64_t used_before_ns);

/*
 * Remove copies in the making whose writer died.  0, also where there is no store; -1 with e set where it is not
 * its owner's alone, so that nothing should be removed from it.
 */
int objects_dir_clear_up(const char *history, struct err *e);

struct objects_entry {
	struct digest digest;
	int64_t size_bytes;	/* of the content */
	int64_t disk_bytes;	/* that it takes; shared blocks count */
	int64_t used_ns;	/* when it was last put */
};

/*
 * Call visit for each object, in no order; it may remove the object.  A visit that returns other than 0 ends
 * the walk, which then returns that.  0 at the end and where there is no store; -1 with e set.
 */
int objects_dir_walk(const char *history, int (*visit)(void *context, const struct objects_entry *entry),
		     void *context, struct err *e);

#endif
