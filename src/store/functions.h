/* Functions of ours that questions in SQL use. */
#ifndef WT_STORE_FUNCTIONS_H
#define WT_STORE_FUNCTIONS_H

#include "base/err.h"

struct sqlite3;

/*
 * directory_of(path): the path of the directory that holds it, NULL where none does: of the root and of a name alone.
 * It looks at bytes; SQLite's own functions take those of several characters together where they are not UTF-8.
 * Nothing in a database's own schema can call it.  0, or -1 with e set.
 */
int functions_add(struct sqlite3 *db, struct err *e);

#endif
