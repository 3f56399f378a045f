/* Where somebody may change something: directories, files and GLOBs. */
#ifndef WT_BASE_PLACES_H
#define WT_BASE_PLACES_H

#include <stdbool.h>
#include <stddef.h>

struct allowed_place {
	char *path;		/* canonical; of a glob its text.  Owned. */
	bool stays;		/* a directory that is there: it may be changed, but keeps its name */
	bool is_glob;		/* SQLite's GLOB: * also matches /, ? is a character, [...] one of them */
};

/* To be begun with zeros. */
struct places {
	struct allowed_place *v;
	size_t n;
};

/* Takes path over; the place is no directory that stays until its owner says so. */
struct allowed_place *places_add(struct places *p, char *path, bool is_glob);
void places_release(struct places *p);

/* Whether the canonical path is one of the places, or lies below one. */
bool places_have(const struct places *p, const char *path);
/* The same of a name that is to be added, moved or removed. */
bool places_have_name(const struct places *p, const char *path);

/* How many bytes of a word stand before its first character that makes it a glob: all of them where it is none. */
size_t places_literal_len(const char *word);

#endif
