/* Files that a running process writes to, or may at any moment: what a server has open is not changed under its feet. */
#ifndef WT_UNDO_IN_USE_H
#define WT_UNDO_IN_USE_H

#include "undo/paths.h"

/*
 * Note of each regular file that is there now which process has it open for writing, or mapped so that writes go to it
 * (now.used_by); but for ourselves.  All processes of /proc are looked through once, those of other PID and mount
 * namespaces among them; which files those of other users have open only root is told, and others are silent about it.
 */
void in_use_find(struct undo_paths *b);

#endif
