/* Whether a value in a stranger's file can be what its column is for. */
#ifndef WT_STORE_IMPORT_VALUE_H
#define WT_STORE_IMPORT_VALUE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "store/columns.h"

/* A text without a NUL in it, of at most max bytes; NULL if it is anything else. */
const char *import_text(sqlite3_stmt *row, int at, size_t max);

/*
 * Whether the value of the row is of the type, and within the bounds, that the column has.  What an id refers
 * to is another question.
 */
bool import_value_fits(const struct table_column *column, sqlite3_stmt *row, int at);

#endif
