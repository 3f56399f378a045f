/* The package managers that are known by their databases. */
#ifndef WT_RECORD_PACKAGE_SYSTEM_H
#define WT_RECORD_PACKAGE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

enum package_system {
	PACKAGES_DPKG,
	PACKAGES_RPM,
	PACKAGES_PACMAN,
	PACKAGES_APK,
	PACKAGE_SYSTEMS
};

/* Whether a path is such a system's database, or lies in it, below any root; then which, and how long the root's name is. */
bool package_system_of(const char *path, enum package_system *system, size_t *root_len);

/* Whether the machine has such a database. */
bool package_system_is_here(enum package_system system);

#endif
