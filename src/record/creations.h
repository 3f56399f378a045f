/*
 * Calls on their way that can make something.  What the run meets for the first time and finds there was there before,
 * however young it is, unless one of these can have made it: by its name, or as what the call at hand itself is about,
 * and since the call was entered.
 */
#ifndef WT_RECORD_CREATIONS_H
#define WT_RECORD_CREATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct remote_mounts;

struct creations {
	struct creation *list;	/* owned */
	size_t n;		/* places in it, free ones among them */
	int64_t own_since_ns;	/* when the call at hand was entered, where it can have made what it is about; else 0 */
	bool own_may_empty;	/* that one may have emptied something instead */
	int64_t last_since_ns;	/* when the one that was left last was; 0 once another is entered */
	struct made *made;	/* hash of what they have made: it may be met by another name */
};

void creations_release(struct creations *c);

/*
 * A call is about to be entered: one that is late may have made what it is about.  Then it is on its way, and its notes
 * say where it stands, from NOTE_CREATION on; one that makes nothing is not noted.
 */
void creations_begin(struct creations *c, const struct call *call);
void creations_enter(struct creations *c, uint32_t image, struct call *call);

/* Its outcome is known: it is at hand until creations_done(). */
void creations_leave(struct creations *c, const struct call *call);
void creations_done(struct creations *c);

/* A process has ended, and with it what it was in the middle of. */
void creations_forget(struct creations *c, uint32_t image);

/* A success has opened what it made, if its birth says so. */
void creations_note(struct creations *c, const struct call *call);

/* Whether one of them has made what is at a target, can have, or can have put it there; without a birth the latter alone. */
bool creations_explain(const struct creations *c, const struct target *t);

/* Whether it can have come to the target, below a directory, by one that moves that: then it was not there before. */
bool creations_bring(const struct creations *c, const struct remote_mounts *remote, const struct target *t);

/* Where else what is, or was, at a target is to be looked for, since one of them has moved the directory above it. */
struct creations_way {
	char *path;		/* the other path, for the caller to free; NULL: none has */
	uint32_t image;		/* of whom has moved it */
	bool came;		/* what is at the target was at the other path */
	bool left;		/* what is at the other path was at the target */
};

/*
 * By one that moves a directory, or exchanges it with something else, and has done so though its outcome was not told
 * yet: the target is below the one name or the other.  remote: what is not to be touched.
 */
struct creations_way creations_ways(const struct creations *c, const struct remote_mounts *remote,
				    const struct target *t);

#endif
