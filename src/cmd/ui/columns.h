/* Text tables: columns two spaces apart, words to the left, numbers to the right, the last one unpadded. */
#ifndef WT_CMD_UI_COLUMNS_H
#define WT_CMD_UI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "cmd/ui/output.h"

struct column {
	const char *head;	/* NULL in all of them: the table has no header */
	bool right;		/* numbers */
	int width;		/* at least */
};

/* A table being filled; plain data of columns.c. */
struct columns {
	const struct column *column;
	size_t n;
	size_t n_cells;
	int *width;
	struct buf cells;	/* of each a byte for its style, its text, NUL */
};

/* column stays the caller's. */
void columns_init(struct columns *t, const struct column *column, size_t n);

/* The next cell, from left to right, row by row.  The text is printed as it is: quote it before. */
void columns_add(struct columns *t, const char *text, enum style style);

/* The same for a text in a buffer, which is empty afterwards: for the next cell. */
void columns_add_buf(struct columns *t, struct buf *text, enum style style);

/* The same for a number. */
void columns_add_int(struct columns *t, long long number, enum style style);

/*
 * Print the header and all rows.  cut: on a terminal the last column is shortened to what fits its
 * width.
 */
void columns_print(const struct columns *t, const struct output *out, bool cut);
void columns_release(struct columns *t);

/* How many columns of a terminal a text takes. */
int columns_text_width(const char *text);

#endif
