/* Lines on their way to a terminal, so that it obeys nothing in them and shows all that is there (quote_lines()). */
#ifndef WT_CMD_UI_VISIBLE_H
#define WT_CMD_UI_VISIBLE_H

#include <stddef.h>

#include "base/buf.h"

/* Zeros are an empty one.  What is in out is for the caller to write and to reset. */
struct visible {
	struct buf out;
	struct buf rest;	/* the beginning of a line whose end has not come */
};

void visible_add(struct visible *v, const char *bytes, size_t len);
/* Nothing more comes. */
void visible_end(struct visible *v);
void visible_release(struct visible *v);

#endif
