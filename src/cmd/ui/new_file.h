/* A file that is there whole, or not at all: written under another name, for its owner alone, and never over another. */
#ifndef WT_CMD_UI_NEW_FILE_H
#define WT_CMD_UI_NEW_FILE_H

#include "base/err.h"

struct new_file {
	char *name;		/* what it is to be called */
	char *temporary;	/* what it is called until then; NULL: there is nothing to remove */
	int fd;
};

#define NEW_FILE_INIT { NULL, NULL, -1 }

/*
 * Make it, empty, with mode 0600.  SIGINT, SIGTERM and SIGHUP remove it from now on, before they end the
 * program; there can be one such file at a time.  0, or -1 with e set.
 */
int new_file_begin(struct new_file *n, const char *name, struct err *e);

/* It is complete: give it its name.  0, or -1 with e set. */
int new_file_end(struct new_file *n, struct err *e);

/* Remove what has not got its name. */
void new_file_release(struct new_file *n);

#endif
