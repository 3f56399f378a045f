/* What is there now at each path that is to be taken back.  Reads alone. */
#ifndef WT_UNDO_SURVEY_H
#define WT_UNDO_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "undo/paths.h"

struct survey {
	const char *history;	/* for its pre-images */
	const int64_t *unseen;	/* runs whose end nobody saw (ascending) … */
	size_t n_unseen;
	/* files that our own output goes to (by device and number): they are left as they are */
	const struct stat *own;
	size_t n_own;
	/* whether a path is among those chosen; NULL: all are */
	bool (*wanted)(void *context, const char *path);
	/* whether it is not to be touched, for whatever chosen path's sake; NULL: none is */
	bool (*excepted)(void *context, const char *path);
	/* after each path that was looked at; NULL: nobody wants to know */
	void (*progress)(void *context, int done, int of);
	void *context;
};

/* Fill in what is there now. */
void survey_make(struct undo_paths *b, const struct survey *s);

#endif
