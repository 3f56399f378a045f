/* The places of services, looked at before those are asked for the first time. */
#include "config.h"

#include "record/served.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "mount/remote.h"

/* From the file, and no service: who is asked for all users may answer late, or never.  For the caller to free. */
static char *
home_of_user(unsigned uid)
{
	FILE *f = fopen("/etc/passwd", "re");
	const struct passwd *p;
	char *home = NULL;

	while (f && !home && (p = fgetpwent(f))) {
		if (p->pw_uid == uid)
			home = xstrdup(p->pw_dir);
	}
	if (f)
		fclose(f);
	return home;
}

/* Where the service has the place; NULL where that is not to be known.  For the caller to free. */
static char *
path_of_place(const struct service_place *place, const struct connection *c)
{
	char *home, *path;
	unsigned uid;

	if (place->path[0] != '~')
		return xstrdup(place->path);
	if (!c->address || sscanf(c->address, "/run/user/%u/", &uid) != 1)
		return NULL;
	home = home_of_user(uid);
	path = home && home[0] == '/' ? path_join(home, place->path + 2) : NULL;
	free(home);
	return path;
}

/* Where the directories that lead to it are not there either, the first of them.  Takes path. */
static char *
first_absent(const struct prestate *ps, char *path)
{
	struct stat st;

	while (path_dir_len(path) > 1) {
		char *dir = xstrndup(path, path_dir_len(path));

		if (remote_lstat(ps->remote, dir, &st) == 0 || errno != ENOENT) {
			free(dir);
			break;
		}
		free(path);
		path = dir;
	}
	return path;
}

struct watched_limits
served_limits(void)
{
	return (struct watched_limits){
		.file_bytes = WATCHED_FILE_BYTES,
		.all_bytes = watched_look_all_bytes(WATCHED_FILE_BYTES),
		.within_ns = NS_PER_SECOND / 2,
	};
}

void
served_look(struct prestate *ps, struct watched_limits *limits, const struct connection *c, uint32_t image)
{
	for (size_t i = 0; c->service && i < c->service->n_places; i++) {
		const struct service_place *place = &c->service->places[i];
		char *path = path_of_place(place, c);

		if (path)
			path = first_absent(ps, path);
		if (path && !watched_has(&ps->ledger->places, path, place->by))
			watched_look(ps, limits, path, place->by, image);
		free(path);
	}
}
