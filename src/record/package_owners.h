/* Which packages of this machine paths belong to now, by what the package managers' own programs say. */
#ifndef WT_RECORD_PACKAGE_OWNERS_H
#define WT_RECORD_PACKAGE_OWNERS_H

#include <stddef.h>

#include "base/err.h"

struct package_owners;

/*
 * Ask dpkg, rpm, pacman and apk, as far as they are there and have a database, about n canonical paths, in one call of
 * each: less than a second for thousands of packages.  The programs are those of the system's directories where root
 * asks, whatever PATH is; else those that PATH has.  A path need not exist.
 *
 * NULL with e set where one that is there could not be asked, or did not answer.
 */
struct package_owners *package_owners_ask(const char *const *paths, size_t n, struct err *e);
void package_owners_free(struct package_owners *o);

/* The packages' names, "a, b", or of many "a, b, c and 7 more"; NULL: it belongs to none, or was not asked about. */
const char *package_owners_of(const struct package_owners *o, const char *path);

#endif
