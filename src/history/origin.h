/* Where the objects that runs left had been before the first of them: what was only moved is nobody's to remove. */
#ifndef WT_HISTORY_ORIGIN_H
#define WT_HISTORY_ORIGIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

struct origins;

/* Read the moves of these runs.  0 with *out for origin_free(), or -1 with e set. */
int origin_load(struct origins **out, struct store *s, const int64_t *ids, size_t n, struct err *e);
void origin_free(struct origins *o);

/*
 * The path that the object, which the last run left at path, had before the first run, through the moves of all of
 * them; path itself where it was there already; NULL where the runs made it.  Lives as long as o.
 */
const char *origin_of(const struct origins *o, const char *path);

#endif
