/* Rows for programs: JSON, one JSON object a line, CSV, and bare paths ended by NUL. */
#ifndef WT_CMD_UI_PRINT_H
#define WT_CMD_UI_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/opts.h"
#include "cmd/ui/row.h"
#include "store/store.h"

/* Rows being written; plain data of print.c. */
struct printer {
	FILE *out;
	enum format format;
	struct store *store;	/* for its JSON functions */
	struct buf line;
	size_t n;		/* rows so far */
};

/* names has the columns' names: CSV has a header also where no row follows. */
void printer_begin(struct printer *p, FILE *out, enum format format, struct store *store,
		   const struct row *names);
/* 0, or -1 with e set. */
int printer_row(struct printer *p, const struct row *r, struct err *e);
void printer_end(struct printer *p);

/*
 * Print all rows of a cursor.  change (may be NULL) may alter a row, or refuse it by returning false.
 * The cursor stays the caller's.  0, or -1 with e set.
 */
typedef bool print_change(struct row *r, void *context);
int print_cursor(FILE *out, enum format format, struct store *store, struct cursor *c,
		 print_change *change, void *context, struct err *e);

/* Add a record as a JSON object. */
int print_add_json_row(struct buf *out, struct store *store, const struct row *r, struct err *e);

#endif
