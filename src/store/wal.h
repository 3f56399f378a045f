/* The write-ahead log of a history, read without SQLite: what is somebody else's is not to be written to. */
#ifndef WT_STORE_WAL_H
#define WT_STORE_WAL_H

#include "base/err.h"

/*
 * Write what was committed to the log in wal_fd into db_fd, a copy of the database that it belongs to ("Database File
 * Format", section 4, sqlite.org/fileformat2.html).  A log that is none, or of which nothing was committed, changes
 * nothing.  0, or -1 with e set.
 */
int wal_apply(int wal_fd, int db_fd, struct err *e);

#endif
