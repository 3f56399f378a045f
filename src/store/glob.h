/* SQLite's GLOB on paths. */
#ifndef WT_STORE_GLOB_H
#define WT_STORE_GLOB_H

#include <stdbool.h>

#include "base/buf.h"

/* Whether the glob means the path: it matches the path itself or a directory above it. */
bool glob_matches(const char *glob, const char *path);

/* Add a text so that the glob means it literally. */
void glob_add_literal(struct buf *out, const char *text);

#endif
