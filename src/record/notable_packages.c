/* Files of packages that a run changed behind their manager's back, and programs that are found in place of theirs. */
#include "config.h"

#include "record/notable_packages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "mount/remote.h"
#include "record/package_owners.h"
#include "record/package_system.h"

enum touch { TOUCH_MODIFIED, TOUCH_REPLACED, TOUCH_DELETED, TOUCHES, TOUCH_SHADOWED = TOUCHES };

struct package_touch {
	struct path_entry *path;
	char *shadowed;			/* the system's program; NULL: the path itself is the package's.  Owned. */
	enum touch what;
	bool told;
	const char *owner;		/* NULL: nobody's */
};

/* --- what is noted --- */

/* Where packages put their files, and whoever installs by hand does not. */
static bool
is_system_place(const char *path)
{
	static const char *const places[] = {
		"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr", "/etc", "/boot", "/opt",
	};

	if (path_is_under(path, "/usr/local") || path_is_under(path, "/usr/src"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (path_is_under(path, places[i]))
			return true;
	}
	return false;
}

static const char *const system_dirs[] = { "/usr/bin", "/bin", "/usr/sbin", "/sbin" };

static bool
is_system_dir(const char *dir, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(system_dirs); i++) {
		if (strlen(system_dirs[i]) == len && memcmp(system_dirs[i], dir, len) == 0)
			return true;
	}
	return false;
}

/* Whether PATH has the directory before all of the system's. */
static bool
is_first_in_path(const char *dir, size_t len)
{
	const char *dirs = getenv("PATH");

	while (dirs && *dirs) {
		size_t n = strcspn(dirs, ":");

		if (is_system_dir(dirs, n))
			return false;
		if (n == len && memcmp(dirs, dir, n) == 0)
			return true;
		dirs += n + (dirs[n] == ':');
	}
	return false;
}

/* Whether the directory is NAME in somebody's home. */
static bool
is_in_home(const struct notable_matcher *m, const char *dir, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len > n && memcmp(dir + len - n, name, n) == 0 && notable_match_is_home(m, dir, len - n);
}

/* Whether a shell looks for programs in a directory before it does in the system's. */
static bool
is_before_system(const struct notable_matcher *m, const char *dir, size_t len)
{
	static const char local[] = "/usr/local/bin", local_root[] = "/usr/local/sbin";

	return (len == strlen(local) && memcmp(dir, local, len) == 0) ||
	       (len == strlen(local_root) && memcmp(dir, local_root, len) == 0) ||
	       is_in_home(m, dir, len, "/bin") || is_in_home(m, dir, len, "/.local/bin") || is_first_in_path(dir, len);
}

/* The program of the system that a new one is found in place of; NULL. */
static char *
shadowed_program(const struct notable_matcher *m, const struct remote_mounts *remote, const char *path,
		 const struct row_change *change)
{
	const struct file_state *s = change->after;
	size_t dir_len = path_dir_len(path);
	struct stat st;

	if (change->class != CHANGE_CREATED || is_system_dir(path, dir_len) ||
	    !(s->type == FILE_SYMLINK || (s->type == FILE_REGULAR && (s->mode & 0111))) ||
	    !is_before_system(m, path, dir_len))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(system_dirs); i++) {
		char *program = path_join(system_dirs[i], path_name(path));

		if (remote_lstat(remote, program, &st) == 0 && !S_ISDIR(st.st_mode))
			return program;
		free(program);
	}
	return NULL;
}

static bool
touch_of(const struct row_change *change, enum touch *what)
{
	const struct file_state *before = change->before, *after = change->after;

	if (before->type == FILE_DIRECTORY)
		return false;
	*what = change->class == CHANGE_DELETED ? TOUCH_DELETED :
		before->type != after->type || before->type == FILE_SYMLINK ? TOUCH_REPLACED : TOUCH_MODIFIED;
	return change->class == CHANGE_DELETED || change->class == CHANGE_MODIFIED;
}

void
notable_packages_note(struct notable_packages *p, const struct notable_matcher *m, const struct remote_mounts *remote,
		      struct path_entry *path, const struct row_change *change, bool told)
{
	enum package_system system;
	char *shadowed = NULL;
	enum touch what;
	size_t root_len;

	if (change->class >= CHANGE_UNCHANGED)
		return;
	if (package_system_of(path->path, &system, &root_len) && root_len == 0)
		p->is_manager = true;
	if (!touch_of(change, &what) || !is_system_place(path->path)) {
		shadowed = shadowed_program(m, remote, path->path, change);
		what = TOUCH_SHADOWED;
	}
	if (what != TOUCH_SHADOWED || shadowed)
		*LIST_ADD(p->v, p->n) = (struct package_touch){ path, shadowed, what, told, NULL };
}

/* --- what is told --- */

/* NULL where nobody knows. */
static struct package_owners *
ask_owners(const struct notable_packages *p)
{
	const char **paths = xcalloc(p->n, sizeof(*paths));
	struct package_owners *o;
	struct err unsaid;

	for (size_t i = 0; i < p->n; i++)
		paths[i] = p->v[i].shadowed ? p->v[i].shadowed : p->v[i].path->path;
	o = package_owners_ask(paths, p->n, &unsaid);
	for (size_t i = 0; o && i < p->n; i++)
		p->v[i].owner = package_owners_of(o, paths[i]);
	free(paths);
	return o;
}

static int
compare_touches(const void *a, const void *b)
{
	const struct package_touch *x = a, *y = b;
	int order = strcmp(x->owner ? x->owner : "", y->owner ? y->owner : "");

	return order ? order : strcmp(x->path->path, y->path->path);
}

static const char *const touch_words[TOUCHES] = { "modified", "replaced", "deleted" };

static char *
shadow_words(const struct package_touch *t)
{
	struct buf words = BUF_INIT;

	buf_addstr(&words, "shadows ");
	quote_shell(&words, t->shadowed, strlen(t->shadowed));
	if (t->owner)
		buf_addf(&words, " of package %s", t->owner);
	return buf_detach(&words);
}

/* Those of one package of which nothing else is told, which begin at i; *end is behind its last. */
static char *
package_words(const struct notable_packages *p, size_t i, size_t *end)
{
	size_t n[TOUCHES] = { 0 }, all = 0;
	struct buf words = BUF_INIT;

	for (*end = i; *end < p->n && strcmp(p->v[*end].owner, p->v[i].owner) == 0; ++*end) {
		n[p->v[*end].what]++;
		all++;
	}
	buf_addf(&words, "file%s of package %s", all == 1 ? "" : "s", p->v[i].owner);
	for (int k = 0, told = 0; k < TOUCHES; k++) {
		if (n[k] > 0 && all == 1)
			buf_addf(&words, ", %s", touch_words[k]);
		else if (n[k] > 0)
			buf_addf(&words, "%s %zu %s", told++ ? "," : ":", n[k], touch_words[k]);
	}
	return buf_detach(&words);
}

/* Those by themselves first: what is left is of packages, and sorted by them. */
static void
tell_alone(struct notable_packages *p,
	   void (*tell)(void *context, struct path_entry *path, enum notable_subject subject, char *words), void *context)
{
	size_t left = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct package_touch *t = &p->v[i];

		if (t->shadowed)
			tell(context, t->path, NOTABLE_SHADOW, shadow_words(t));
		else if (t->owner && t->told)
			tell(context, t->path, NOTABLE_PACKAGE, xasprintf("file of package %s", t->owner));
		else if (t->owner)
			p->v[left++] = *t;
		if (t->shadowed || !t->owner || t->told)
			free(t->shadowed);
	}
	p->n = left;
}

void
notable_packages_tell(struct notable_packages *p, bool ask,
		      void (*tell)(void *context, struct path_entry *path, enum notable_subject subject, char *words),
		      void *context)
{
	struct package_owners *o = ask && p->n > 0 && !p->is_manager ? ask_owners(p) : NULL;

	tell_alone(p, tell, context);
	if (p->n > 0)
		qsort(p->v, p->n, sizeof(*p->v), compare_touches);
	for (size_t i = 0, end; i < p->n; i = end) {
		char *words = package_words(p, i, &end);

		tell(context, p->v[i].path, NOTABLE_PACKAGE, words);
	}
	p->n = 0;
	package_owners_free(o);
}

void
notable_packages_release(struct notable_packages *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].shadowed);
	free(p->v);
}
