/* A package manager's files and its database go together. */
#include "config.h"

#include "undo/packages.h"

#include <stdlib.h>
#include <string.h>

#include "record/package_system.h"
#include "undo/decide.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"

/* What takes a package of such a system off again, and how the names of those that runs put into it are read. */
struct package_names {
	const char *remove;
	/* the package that a name which the runs made in there is about, and how long it is; NULL: none */
	const char *(*package)(const char *rest, size_t *len);
	const char *names;	/* the directory with such names, below the root */
};

/* NAME.list, NAME:ARCHITECTURE.list */
static const char *
dpkg_package(const char *rest, size_t *len)
{
	const char *end = strstr(rest, ".list");

	if (!end || end[strlen(".list")] != '\0' || strchr(rest, '/'))
		return NULL;
	*len = strcspn(rest, ":") < (size_t)(end - rest) ? strcspn(rest, ":") : (size_t)(end - rest);
	return *len > 0 ? rest : NULL;
}

/* NAME-VERSION-RELEASE/desc */
static const char *
pacman_package(const char *rest, size_t *len)
{
	const char *slash = strchr(rest, '/');

	if (!slash || strcmp(slash, "/desc") != 0)
		return NULL;
	*len = (size_t)(slash - rest);
	for (int dashes = 0; *len > 0 && dashes < 2; (*len)--)
		dashes += rest[*len - 1] == '-';
	return *len > 0 ? rest : NULL;
}

static const struct package_names systems[PACKAGE_SYSTEMS] = {
	[PACKAGES_DPKG] = { "apt-get remove", dpkg_package, "/var/lib/dpkg/info/" },
	[PACKAGES_RPM] = { "dnf remove", NULL, NULL },
	[PACKAGES_PACMAN] = { "pacman -R", pacman_package, "/var/lib/pacman/local/" },
	[PACKAGES_APK] = { "apk del", NULL, NULL },
};

/* Changed by the runs, and not as it was when all is done. */
static bool
stays_changed(const struct undo_path *p)
{
	bool existed = plan_exists(&p->history.before);

	if (p->history.parent_only || paths_is_settled(p) || !p->now.wanted ||
	    (p->history.before.type != FILE_REGULAR && p->history.left.type != FILE_REGULAR))
		return false;
	if (existed ? !p->history.lost : !plan_exists(&p->history.left))
		return false;
	return !plan_is_placed(p) && !plan_is_dropped(p) && !p->now.is_back && (existed || plan_exists(&p->now.state));
}

static bool
is_below_root(const char *path, const char *database, size_t root_len)
{
	return strncmp(path, database, root_len) == 0 && (path[root_len] == '/' || path[root_len] == '\0');
}

static bool
keep_package(const struct planner *pl, int database, size_t root_len)
{
	const char *path = pl->b->path[database].path;

	for (int i = 0; i < pl->b->n; i++) {
		struct undo_path *p = &pl->b->path[i];

		if (is_below_root(p->path, path, root_len) && p->plan.action != UNDO_NOTHING &&
		    (p->plan.action != UNDO_STAYS || i == database))
			decide_keep(p, KEEP_PACKAGE, database);
	}
	return true;
}

bool
packages_keep(const struct planner *pl)
{
	enum package_system system;
	bool any = false;
	size_t root_len;

	for (int i = 0; i < pl->b->n && !pl->wishes->force; i++) {
		const struct undo_path *p = &pl->b->path[i];

		if (p->plan.reason != KEEP_PACKAGE && package_system_of(p->path, &system, &root_len) && stays_changed(p))
			any = keep_package(pl, i, root_len) || any;
	}
	return any;
}

/* The packages that the runs put into a database, each behind a blank. */
static void
add_packages(const struct undo_paths *b, const struct package_names *y, const char *database, size_t root_len,
	     struct buf *out)
{
	char *root = xstrndup(database, root_len);
	char *dir = xasprintf("%s%s", root, y->names ? y->names : "");
	size_t before = out->len;

	for (int i = 0; i < b->n && y->package; i++) {
		const struct undo_path *p = &b->path[i];
		const char *name = NULL;
		size_t len;

		if (!plan_exists(&p->history.before) && plan_exists(&p->history.left) &&
		    strncmp(p->path, dir, strlen(dir)) == 0)
			name = y->package(p->path + strlen(dir), &len);
		if (!name)
			continue;
		buf_addch(out, ' ');
		quote_shell(out, name, len);
	}
	if (out->len == before)
		buf_addstr(out, " PACKAGE");
	if (root_len > 0) {
		buf_addstr(out, " in ");
		quote_shell(out, root, root_len);
	}
	free(dir);
	free(root);
}

void
packages_advise(const struct undo_paths *b, struct buf *out)
{
	for (int i = 0; i < b->n; i++) {
		const struct undo_path *p = &b->path[i];
		enum package_system system;
		size_t root_len;

		if (p->plan.action != UNDO_KEEP || p->plan.reason != KEEP_PACKAGE || p->plan.source != i)
			continue;
		if (!package_system_of(p->path, &system, &root_len))
			continue;
		buf_addf(out, "; instead: %s", systems[system].remove);
		add_packages(b, &systems[system], p->path, root_len, out);
		return;
	}
}
