/* What is at a path when nobody of the run can change it any more. */
#ifndef WT_RECORD_SETTLED_LOOK_H
#define WT_RECORD_SETTLED_LOOK_H

#include <stdbool.h>

struct dir_cache;
struct ledger;
struct remote_mounts;
struct settled;

/*
 * False where path cannot be looked at; what is not there is FILE_ABSENT.  The state's target is to be released.  Those that
 * are looked at together have their directory in common for the most part: dirs is for one round, and holds up who unmounts.
 */
bool settled_look(const struct ledger *l, const struct remote_mounts *remote, struct dir_cache *dirs, const char *path,
		  struct settled *out);

#endif
