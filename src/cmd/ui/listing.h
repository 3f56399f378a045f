/* Rows as a command was told to show them: here or in a file, as a text for people or in a format for programs. */
#ifndef WT_CMD_UI_LISTING_H
#define WT_CMD_UI_LISTING_H

#include <stdbool.h>

#include "base/err.h"
#include "cmd/opts.h"
#include "cmd/ui/columns.h"
#include "cmd/ui/output.h"
#include "cmd/ui/printer.h"
#include "cmd/ui/row.h"

/* To be begun with zeros. */
struct listing {
	struct output out;
	enum format format;
	bool text;		/* a row is cells of the table, or a line that the command writes itself; else the printer's */
	bool cut;		/* as columns_print() has it */
	struct columns table;
	struct printer printer;
};

/* Open what -o, --color and --format ask for.  0, or -1 with e set. */
int listing_open(struct listing *l, const struct options *o, struct err *e);

/* Before the first row: the columns of a text, which then has a header also without rows. */
void listing_columns(struct listing *l, const struct column *column, size_t n, bool cut);

/* Before the first row, once or again: the names of a row's fields, without which no other format can begin. */
void listing_names(struct listing *l, const struct row *names);

/*
 * Write what is left, and close.  rc is what the work ended with: returned, or -1 with e set where not all could be
 * written.  What failed has no end that looks like one.
 */
int listing_close(struct listing *l, int rc, struct err *e);

#endif
