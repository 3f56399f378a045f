/*
 * A name to act on, held by the descriptor of its directory, with what is there at this moment.  No symbolic link
 * is followed on the way (open.h).
 */
#ifndef WT_UNDO_PLACE_H
#define WT_UNDO_PLACE_H

#include <sys/stat.h>

#include "event.h"

struct place {
	char *path;		/* owned */
	int dir_fd;		/* O_PATH */
	int fd;			/* O_PATH; -1: nothing is there */
	struct stat st;		/* zeros where nothing is */
	int64_t birth;		/* of what is there, as in struct file_state */
};

#define PLACE_INIT { .dir_fd = -1, .fd = -1 }

/* 0, or -1 with errno.  place_close() in either case. */
int place_open(struct place *p, const char *path);

/* The same in a directory that is held: whatever leads to that now, path is what it is called. */
int place_open_at(struct place *p, int dir_fd, const char *path);

/* What its name leads to by now.  0, or -1 with errno, and p is as it was. */
int place_look_again(struct place *p);

/* errno stays. */
void place_close(struct place *p);

/* What was seen must be there still: the same object, a file with the same size and times.  0, or -1: ESTALE. */
int place_check(const struct place *p, const struct file_state *seen);

/* Both. */
int place_open_seen(struct place *p, const char *path, const struct file_state *seen);

/* The last component of its path; "." of the root, which no directory holds. */
const char *place_name(const struct place *p);

/* As an event names it; valid as long as p is. */
struct target place_target(const struct place *p);

#endif
