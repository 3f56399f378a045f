/* SQLite's GLOB on paths. */
#ifndef WT_STORE_GLOB_H
#define WT_STORE_GLOB_H

#include <stdbool.h>

/* Whether the glob means the path: it matches the path itself or a directory above it. */
bool glob_matches(const char *glob, const char *path);

#endif
