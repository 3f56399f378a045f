/* The careful walk along a tracee's path, component by component. */
#ifndef WT_TRACE_PATH_WALK_H
#define WT_TRACE_PATH_WALK_H

#include <stdbool.h>

#include "trace/path/resolve.h"

/*
 * Walk raw from base (an O_PATH descriptor of ours, or AT_FDCWD for our root where raw is absolute) as the
 * tracee would: absolute links start at its root, ".." stops there, and procfs' "self" and "thread-self" are
 * its own.  The last component is followed if follow is true or a slash is behind it. Returns an O_PATH
 * descriptor, or -1 with errno as open(2) would have it.  The walk goes to the mount point of a mount that is
 * not ours to touch, and no step further: EREMOTE_MOUNT (mount/remote.h).
 */
int walk_path(const struct whose *w, int base, const char *raw, bool follow);

#endif
