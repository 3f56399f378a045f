/* Rows for programs: JSON, one JSON object a line, CSV, and bare paths ended by NUL. */
#ifndef WT_CMD_UI_PRINTER_H
#define WT_CMD_UI_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/opts.h"
#include "cmd/ui/row.h"

/* Rows being written; plain data of printer.c. */
struct printer {
	FILE *out;		/* NULL: not begun, or ended */
	enum format format;
	struct buf line;
	size_t n;		/* rows so far */
};

/* names has the columns' names: CSV has a header also where no row follows. */
void printer_begin(struct printer *p, FILE *out, enum format format, const struct row *names);
void printer_row(struct printer *p, const struct row *r);
void printer_end(struct printer *p);

/* Free what printer_end() has not: a failure leaves the text without its end. */
void printer_release(struct printer *p);

/*
 * Print all rows of a cursor.  change (may be NULL) may alter a row, or refuse it by returning false.
 * The cursor stays the caller's.  0, or -1 with e set.
 */
typedef bool printer_change(struct row *r, void *context);
int printer_cursor(FILE *out, enum format format, struct cursor *c, printer_change *change, void *context, struct err *e);

/* Add a row as a JSON object. */
void printer_add_json_row(struct buf *out, const struct row *r);

#endif
