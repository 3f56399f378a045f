/* The other names of files with several hard links. */
#ifndef WT_RECORD_HARD_LINKS_H
#define WT_RECORD_HARD_LINKS_H

#include "record/ledger.h"

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
void hard_links_seek(struct ledger *l, const char *history, bool whole_mount);

#endif
