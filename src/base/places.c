/* Where somebody may change something: directories, files and GLOBs. */
#include "config.h"

#include "base/places.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/path.h"
#include "base/utf8.h"

/* The character at the head of a text that is not empty, a byte that begins none for itself; the text behind it. */
static const char *
take_character(const char *text, uint32_t *c)
{
	size_t len = utf8_decode(text, strlen(text), c);

	if (len > 0)
		return text + len;
	*c = 0x110000U + (unsigned char)*text;	/* no character's number */
	return text + 1;
}

/*
 * One character class, begun behind its bracket: whether c is in it; *end is behind it, NULL where it has no end, and
 * then nothing matches it.
 */
static bool
is_in_class(const char *class, uint32_t c, const char **end)
{
	bool inverted = *class == '^', found = false, first = true;
	uint32_t low, high;

	if (inverted)
		class++;
	while (*class && (*class != ']' || first)) {
		class = take_character(class, &low);
		high = low;
		if (class[0] == '-' && class[1] && class[1] != ']')
			class = take_character(class + 1, &high);
		found = found || (c >= low && c <= high);
		first = false;
	}
	*end = *class ? class + 1 : NULL;
	return *end && found != inverted;
}

/* One character of the path against what the glob has at its head, which is no star; the glob behind that, or NULL. */
static const char *
match_character(const char *glob, uint32_t c)
{
	const char *end;
	uint32_t wanted;

	if (*glob == '?')
		return glob + 1;
	if (*glob == '[')
		return is_in_class(glob + 1, c, &end) ? end : NULL;
	if (!*glob)
		return NULL;
	end = take_character(glob, &wanted);
	return wanted == c ? end : NULL;
}

/*
 * The whole path, or a directory above it.  Of several stars only the last is ever tried longer, so that no glob takes
 * more than the product of the lengths.
 */
static bool
matches_glob(const char *glob, const char *path)
{
	const char *star = NULL, *star_path = NULL;

	for (;;) {
		const char *next, *rest = path;
		uint32_t c;

		while (*glob == '*') {
			star = ++glob;
			star_path = path;
		}
		if (!*glob && (!*path || *path == '/'))
			return true;
		if (!*path)
			return false;
		rest = take_character(path, &c);
		next = match_character(glob, c);
		if (next) {
			glob = next;
			path = rest;
		} else if (star) {
			path = star_path = take_character(star_path, &c);
			glob = star;
		} else {
			return false;
		}
	}
}

struct allowed_place *
places_add(struct places *p, char *path, bool is_glob)
{
	struct allowed_place *added = LIST_ADD(p->v, p->n);

	*added = (struct allowed_place){ .path = path, .is_glob = is_glob };
	return added;
}

void
places_release(struct places *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].path);
	free(p->v);
	p->v = NULL;
	p->n = 0;
}

static bool
is_at_place(const struct allowed_place *l, const char *path)
{
	return l->is_glob ? matches_glob(l->path, path) : path_is_under(path, l->path);
}

bool
places_have(const struct places *p, const char *path)
{
	for (size_t i = 0; i < p->n; i++) {
		if (is_at_place(&p->v[i], path))
			return true;
	}
	return false;
}

bool
places_have_name(const struct places *p, const char *path)
{
	for (size_t i = 0; i < p->n; i++) {
		if (is_at_place(&p->v[i], path) && !(p->v[i].stays && strcmp(p->v[i].path, path) == 0))
			return true;
	}
	return false;
}

size_t
places_literal_len(const char *word)
{
	return strcspn(word, "*?[");
}
