/* Where a class's paths are. */
#include "config.h"

#include "cmd/session/summary_places.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/path.h"
#include "base/quote.h"
#include "cmd/ui/text.h"

enum { PLACES_SHOWN = 4 };

struct summary_place {
	int64_t count, bytes;
	UT_hash_handle hh;
	bool relative;
	char *deepest;		/* the directory that all of them are in; of what is not relative NULL */
	char dir[];
};

struct summary_bases
summary_places_bases(const char *directory, const char *home)
{
	static const char *const systems[] = {
		"/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/opt", "/proc", "/run", "/sbin", "/sys", "/usr", "/var",
	};
	struct summary_bases b = { NULL, NULL };

	if (home && path_is_canonical(home) && strcmp(home, "/") != 0)
		b.home = home;
	if (!directory || !path_is_canonical(directory) || strcmp(directory, "/") == 0 ||
	    (b.home && strcmp(directory, b.home) == 0))
		return b;
	for (size_t i = 0; i < ARRAY_SIZE(systems); i++) {
		if (path_is_under(directory, systems[i]))
			return b;
	}
	b.project = directory;
	return b;
}

/* The end of the component after at; end is the path's. */
static size_t
next_component(const char *path, size_t at, size_t end)
{
	if (at < end)
		at++;
	while (at < end && path[at] != '/')
		at++;
	return at;
}

/* The nearest base that a path is below: its length, or 0. */
static size_t
base_len(const struct summary_bases *b, const char *path)
{
	size_t len = 0, others = strlen("/home");

	if (b->home && path_is_under(path, b->home))
		len = strlen(b->home);
	else if (path_is_under(path, "/home") && path[others] == '/')
		len = next_component(path, others, strlen(path));
	if (b->project && path_is_under(path, b->project) && strlen(b->project) > len)
		len = strlen(b->project);
	return len;
}

/* Of a home's directories those with a dot are places, the others hold places: what is in a project is told apart. */
static size_t
place_end(const struct summary_bases *b, const char *path, size_t base, size_t end)
{
	size_t at = next_component(path, base, end);
	bool is_project = b->project && base == strlen(b->project) && path_is_under(path, b->project);

	return is_project || (base > 0 && base + 1 < end && path[base + 1] == '.') ? at : next_component(path, at, end);
}

/* How much of a and of the first len bytes of b is the same, by whole components. */
static size_t
common_dir(const char *a, const char *b, size_t len)
{
	size_t at = 0, whole = 0;

	for (; at < len && a[at] == b[at] && a[at]; at++) {
		if (b[at] == '/')
			whole = at;
	}
	if ((at == len || b[at] == '/') && (a[at] == '\0' || a[at] == '/'))
		whole = at;
	return whole;
}

void
summary_places_note(struct summary_places *p, const struct summary_bases *bases, const char *path, bool is_directory,
		    int64_t bytes)
{
	size_t end = is_directory ? strlen(path) : (size_t)(strrchr(path, '/') - path);
	size_t base = base_len(bases, path);
	size_t len;
	struct summary_place *s = NULL;

	if (end < base)
		base = 0;		/* a base itself, where it is no directory */
	len = place_end(bases, path, base, end);
	len = len > 0 ? len : 1;
	HASH_FIND(hh, p->hash, path, len, s);
	if (!s) {
		s = xcalloc(1, sizeof(*s) + len + 1);
		memcpy(s->dir, path, len);
		s->relative = base > 0;
		s->deepest = base > 0 ? xstrndup(path, end) : NULL;
		HASH_ADD_KEYPTR(hh, p->hash, s->dir, len, s);
	}
	s->count++;
	s->bytes = number_add(s->bytes, bytes);
	if (s->deepest)
		s->deepest[common_dir(s->deepest, path, end)] = '\0';
	p->count++;
	p->bytes = number_add(p->bytes, bytes);
	p->relative = p->relative || s->relative;
}

static int
larger_first(const struct summary_place *a, const struct summary_place *b)
{
	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp(a->dir, b->dir);
}

static void
add_size(struct buf *out, int64_t bytes)
{
	if (bytes == 0)
		return;
	buf_addstr(out, " (");
	text_add_size(out, bytes);
	buf_addch(out, ')');
}

/* As a person in the working directory would name it. */
static void
add_name(struct buf *out, const struct summary_place *s, const struct summary_bases *b)
{
	const char *dir = s->deepest ? s->deepest : s->dir;

	if (b->project && path_is_under(dir, b->project) && (!b->home || !path_is_under(b->home, b->project) ||
							       !path_is_under(dir, b->home))) {
		dir += strlen(b->project);
		quote_shell(out, *dir ? dir + 1 : ".", *dir ? strlen(dir + 1) : 1);
	} else if (b->home && path_is_under(dir, b->home)) {
		dir += strlen(b->home);
		buf_addch(out, '~');
		if (*dir) {
			buf_addch(out, '/');
			quote_shell(out, dir + 1, strlen(dir + 1));
		}
	} else {
		quote_shell(out, dir, strlen(dir));
	}
}

void
summary_places_add(struct buf *out, struct summary_places *p, const struct summary_bases *bases)
{
	const struct summary_place *s;
	unsigned all, shown = 0;
	bool each = p->relative;

	HASH_SORT(p->hash, larger_first);
	all = HASH_COUNT(p->hash);
	if (each && all > 1) {
		buf_addf(out, "%lld", (long long)p->count);
		add_size(out, p->bytes);
		buf_addstr(out, ": ");
	}
	for (s = p->hash; s && shown < PLACES_SHOWN; s = s->hh.next, shown++) {
		if (shown > 0)
			buf_addstr(out, each ? ", " : "  ");
		add_name(out, s, bases);
		buf_addf(out, " %lld", (long long)s->count);
		if (each)
			add_size(out, s->bytes);
		else if (shown == 0)
			add_size(out, p->bytes);
	}
	if (all > shown)
		buf_addf(out, "%sand %u more place%s", each ? ", " : "  ", all - shown, all - shown == 1 ? "" : "s");
}

void
summary_places_release(struct summary_places *p)
{
	struct summary_place *s, *next;

	HASH_ITER(hh, p->hash, s, next) {
		HASH_DEL(p->hash, s);
		free(s->deepest);
		free(s);
	}
}
