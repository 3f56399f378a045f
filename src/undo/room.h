/*
 * A room of our own: a directory in which nobody else changes names, beside what is to be changed.  What a name leads to
 * may be another thing at the moment at which we act on the name than it was when we looked: so it is first moved into
 * the room, looked at there, and only then removed, or put where it belongs.  What it should not have been is given back.
 *
 * Where nobody else may change names anyway, the room is the directory itself, and a name in it.
 */
#ifndef WT_UNDO_ROOM_H
#define WT_UNDO_ROOM_H

#include "undo/place.h"
#include "undo/steps.h"

struct room {
	char *beside;		/* the directory that it is made for; NULL: there is no room.  Owned. */
	struct stat beside_st;
	char *dir;		/* its own path.  Owned. */
	int dir_fd;
	char *path;		/* of the one name in it that is used.  Owned. */
	bool made;		/* dir was made, and goes again */
};

#define ROOM_INIT { .dir_fd = -1 }

/* The room beside a place becomes s->room, and *in the name in it, at which nothing is.  place_close() in either case.
 * 0, or -1 with errno. */
int room_enter(const struct steps *s, const struct place *beside, struct place *in);

/* The room, if there is one, is left and goes. */
void room_leave(const struct steps *s);

/*
 * Move what is at from into the room beside another place (which may be from), and look at it there: *in holds it.
 * ESTALE: it was not what from holds, and has been given back.  place_close(in) in either case.  0, or -1 with errno.
 */
int room_take(const struct steps *s, const struct place *from, const struct place *beside, struct place *in);

/*
 * Put what is in the room at a place, and remove what that held; where it is another thing by now than the place
 * holds, all is as before (ESTALE, EEXIST).  0, or -1 with errno: then it is in the room still.
 */
int room_put(const struct steps *s, struct place *in, const struct place *to);

/* Remove what is in the room.  0, or -1 with errno: then it is there still. */
int room_empty(const struct steps *s, const struct place *in);

/* Give what is in the room back to the place that it came from, or a name beside where that has been taken.  errno stays. */
void room_give_back(const struct steps *s, const struct place *in, const struct place *from);

/*
 * Take away the name of what is at a place, which holds what it should.  0, or -1 with errno; ESTALE: it held another
 * thing, and does still.
 */
int room_remove(const struct steps *s, const struct place *at);

#endif
