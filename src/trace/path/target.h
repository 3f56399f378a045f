/* What a path or a descriptor of a tracee means (struct target), filled and emptied. */
#ifndef WT_TRACE_PATH_TARGET_H
#define WT_TRACE_PATH_TARGET_H

#include "event.h"

/* Name it as what has that name in dir, which may have several parts.  Where dir has no name of ours it keeps its own. */
void target_name_in(struct target *t, const struct target *dir, const char *name);

/* Give dir_fd back, or close it. */
void target_close_dir(struct target *t);

/* Close the descriptors, keep the rest. */
void target_close(struct target *t);

/* Close the descriptors, and let the path be all that is known: not whether anything is there. */
void target_forget(struct target *t);

/* Let it be as it was before it was made: a name in its directory that nothing has. */
void target_unmake(struct target *t);

/* Close the descriptors, free the path. */
void target_release(struct target *t);

#endif
