/* The other names of files with several hard links. */
#ifndef WT_AUDIT_LINKS_H
#define WT_AUDIT_LINKS_H

#include "audit/ledger.h"

/*
 * After the run: what was done to a file through one of its names shows under all of them.  Those that the
 * run did not use are sought in the directories that it did, and get entries with the object's first state.
 * whole_mount: then on all of the mount that the file is on.  A changed object of which not all names are
 * found is a blind spot.
 */
void links_seek(struct ledger *l, const char *history, bool whole_mount);

#endif
