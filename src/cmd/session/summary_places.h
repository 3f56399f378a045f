/*
 * Where a class's paths are, in a few words: by their first two directories; below the working directory and homes by
 * names that a person there would use, and as deep as all of a place lies.
 */
#ifndef WT_CMD_SESSION_SUMMARY_PLACES_H
#define WT_CMD_SESSION_SUMMARY_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* What names are relative to.  Both borrowed, NULL where there is none. */
struct summary_bases {
	const char *project;	/* the working directory, where it is neither home, / nor the system's */
	const char *home;
};

/* Of the caller of that directory; home is as HOME has it. */
struct summary_bases summary_places_bases(const char *directory, const char *home);

struct summary_place;

/* Paths of one class, by place.  Begins as zeroes. */
struct summary_places {
	struct summary_place *hash;
	int64_t count, bytes;
	bool relative;		/* some are below a base */
};

/* One more path; canonical.  bytes: what it counts for in the sizes. */
void summary_places_note(struct summary_places *p, const struct summary_bases *bases, const char *path, bool is_directory,
			 int64_t bytes);

/* The largest first: at most four, and how many more.  They are sorted by it. */
void summary_places_add(struct buf *out, struct summary_places *p, const struct summary_bases *bases);

void summary_places_release(struct summary_places *p);

#endif
