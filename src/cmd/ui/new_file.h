/* A file that is there whole, or not at all: written under another name, for its owner alone, and never over another but where that is asked for. */
#ifndef WT_CMD_UI_NEW_FILE_H
#define WT_CMD_UI_NEW_FILE_H

#include <stdbool.h>

#include "base/err.h"

struct new_file {
	char *name;		/* what it is to be called */
	char *temporary;	/* what it is called until then; NULL: there is nothing to remove */
	int fd;
	bool over;		/* in the place of a file that may be there */
};

#define NEW_FILE_INIT { .fd = -1 }

/*
 * Make it, empty, with mode 0600.  SIGINT, SIGTERM and SIGHUP remove it from now on, before they end the
 * program; there can be one such file at a time.  0, or -1 with e set.
 */
int new_file_begin(struct new_file *n, const char *name, struct err *e);

/* The same for what is no secret and can be made again: readable as the umask lets it, and in the place of what is there. */
int new_file_begin_over(struct new_file *n, const char *name, struct err *e);

/* It is complete: give it its name.  0, or -1 with e set. */
int new_file_end(struct new_file *n, struct err *e);

/* Remove what has not got its name. */
void new_file_release(struct new_file *n);

#endif
