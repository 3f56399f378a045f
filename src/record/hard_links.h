/* The other names of files with several hard links. */
#ifndef WT_RECORD_HARD_LINKS_H
#define WT_RECORD_HARD_LINKS_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

#include "record/ledger.h"

struct remote_mounts;

/*
 * After the run: what was done to a file through one of its names shows under all of them.  Those that the
 * run did not use are sought in the directories that it did, and get entries with the object's first state.
 * whole_mount: then on all of the mount that the file is on.  A changed object of which not all names are
 * found is a blind spot.
 *
 * Where a file may have lost one of several names, each object's place becomes a name that it has now, if the
 * run has met one, and lost_name tells whether it had others.  Such a name gets a row in `change` (class
 * parent, where it has no other), so that undo finds by device and number what to link the lost one to.
 */
void hard_links_seek(struct ledger *l, struct remote_mounts *remote, const char *history, bool whole_mount);

/*
 * The uppermost directory on the way to path that lies on the device of the file that is or was there; NULL if none
 * does.  *device becomes that of the directories: an overlay gives its files those of its layers.  The caller frees the
 * name.
 */
char *hard_links_top(const char *path, dev_t *device);

/*
 * Show every name in and below a directory, as far as it lies on one device, until whoever sees them has seen enough
 * and returns true.  dirfd is that of dir.  Whether he had.
 */
typedef bool hard_links_name_fn(void *context, const char *dir, int dirfd, const struct dirent *d);
bool hard_links_walk(const struct remote_mounts *remote, const char *path, dev_t device, hard_links_name_fn *name,
		     void *context);

#endif
