/* The package managers that are known by their databases. */
#include "config.h"

#include "record/package_system.h"

#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* Where the databases are below a root: a file, or with a slash at its end a directory that holds nothing else. */
static const struct {
	const char *place;
	enum package_system system;
} databases[] = {
	{ "/var/lib/dpkg/status", PACKAGES_DPKG },
	{ "/var/lib/rpm/", PACKAGES_RPM },
	{ "/usr/lib/sysimage/rpm/", PACKAGES_RPM },
	{ "/var/lib/pacman/local/", PACKAGES_PACMAN },
	{ "/lib/apk/db/installed", PACKAGES_APK },
};

bool
package_system_of(const char *path, enum package_system *system, size_t *root_len)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_SIZE(databases); i++) {
		const char *place = databases[i].place;
		size_t place_len = strlen(place);
		const char *at = strstr(path, place);

		if (place[place_len - 1] != '/')
			at = len >= place_len && strcmp(path + len - place_len, place) == 0 ? path + len - place_len : NULL;
		if (at) {
			*system = databases[i].system;
			*root_len = (size_t)(at - path);
			return true;
		}
	}
	return false;
}

bool
package_system_is_here(enum package_system system)
{
	for (size_t i = 0; i < ARRAY_SIZE(databases); i++) {
		if (databases[i].system == system && access(databases[i].place, F_OK) == 0)
			return true;
	}
	return false;
}
