/* The other names of what lost one of several names, where no run met them: sought on the whole mount. */
#ifndef WT_UNDO_SIBLINGS_H
#define WT_UNDO_SIBLINGS_H

#include "undo/paths.h"

/*
 * For each lost file that can only be had by a link to its object, and of whose object no name is among the
 * paths, look through the file system that it was on.  A name found becomes one of the paths: as a name that
 * the file had before the runs and has still; that one is another file by now is noted.  Nothing is read where there
 * is no such file.
 */
void siblings_seek(struct undo_paths *b);

#endif
