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
#ifndef WT_OBJECTS_OBJECTS_DIR_H
#define WT_OBJECTS_OBJECTS_DIR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"

struct rights;

/*
 * A descriptor of a kept content (O_RDONLY, atime untouched where that is allowed) for the caller to close,
 * or -1 with errno; ENOENT: it is not kept.  Nothing is checked: a reader that must be sure digests what it
 * reads.
 */
int objects_dir_get(const char *history, const struct digest *d);

/* The same with the rights of the history's owner (file/rights.h); NULL: with our own. */
int objects_dir_get_as(const struct rights *rights, const char *history, const struct digest *d);

bool objects_dir_has(const char *history, const struct digest *d);

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

/* Remove all objects, and the store itself where nothing else is in it.  For a store that no history has. */
void objects_dir_remove_all(const char *base);

/* --- for objects.c --- */

enum {
	OBJECTS_SHARD_LEN = 2,				/* of the digest's digits: the directory */
	OBJECTS_NAME_LEN = 2 * DIGEST_SIZE + 1,		/* with the slash */
};

/* "ab/cdef…" */
void objects_dir_name(const struct digest *d, char name[OBJECTS_NAME_LEN + 1]);

/* The digest of such a name; false where it is none. */
bool objects_dir_parse_name(const char *name, struct digest *d);

/* flock(2).  Waits: nobody holds it for longer than a few calls take. */
void objects_dir_lock(int dir_fd, int how);

/* Root does not write into what another user may write into as well. */
bool objects_dir_is_safe(int dir_fd);

/* Remove copies in the making whose writer died: each writer holds a lock on its own. */
void objects_dir_remove_left_over(int dir_fd);

/* Under the lock.  An emptied directory goes too; name is cut.  0, or -1 with errno. */
int objects_dir_remove_name(int dir_fd, char name[OBJECTS_NAME_LEN + 1]);

#endif
