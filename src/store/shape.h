/* Whether a database that calls itself a history has its tables: a stranger's may have anything of their names. */
#ifndef WT_STORE_SHAPE_H
#define WT_STORE_SHAPE_H

#include <stdbool.h>

#include "base/err.h"

struct sqlite3;

/*
 * Tell whether each table that a history of that version has is a table, not a view and not virtual, and stores the
 * columns that this program asks for, which are not computed by an expression of the file; and whether its texts are
 * UTF-8.  *has_contents: whether it has the tables of old contents too, as an export may; these are then looked at like
 * the others.  0, or -1 with e set, without the name of the file: ERR_INPUT, or ERR_DB where it cannot be read.
 */
int shape_check(struct sqlite3 *db, int version, bool *has_contents, struct err *e);

#endif
