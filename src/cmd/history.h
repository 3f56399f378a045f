/* Which history a command works on. */
#ifndef WT_CMD_HISTORY_H
#define WT_CMD_HISTORY_H

#include "base/err.h"

/* Where root's runs are recorded unless told otherwise. */
extern const char history_of_root[];

/*
 * The history that --db, the environment and the user's id stand for, as an absolute path that the
 * caller frees; db is NULL where --db was not given.  0, or -1 with e set.
 */
int history_find(const char *db, char **out, struct err *e);

/*
 * Add to a failure what may help: that root's history may have what was not found, and how a history gets another place.
 * db as above.
 */
void history_hint(struct err *e, const char *db, const char *history);

#endif
