/*
 * A package manager's files and its database go together: files that are taken away while the database still has the
 * package as installed are worse than either state.
 */
#ifndef WT_UNDO_PACKAGES_H
#define WT_UNDO_PACKAGES_H

#include "undo/plan.h"
#include "base/buf.h"

/*
 * Where the runs changed such a database, known by its place below any root, and it will not be as it was, keep all that
 * is to be done below that root (KEEP_PACKAGE, with the database as the other path).  Whether there was any.
 */
bool packages_keep(const struct planner *pl);

/* How to have the package manager take back what is kept so, in words; nothing where nothing is. */
void packages_advise(const struct undo_paths *b, struct buf *out);

#endif
