/*
 * Folding the write-ahead log of a history into its file takes as long as the disk needs, which nobody who holds a
 * tracee may wait for: a thread does it, by a connection of its own.
 */
#ifndef WT_STORE_FOLD_H
#define WT_STORE_FOLD_H

#include <sqlite3.h>

#define FOLD_PAGES 8192		/* of the log: when so many are in it, it is folded in */

struct fold;

/*
 * From now on no commit of db, which is open on path (borrowed), folds anything in.  NULL where SQLite was built for
 * one thread alone: then commits do.
 */
struct fold *fold_new(sqlite3 *db, const char *path);

/* Waits for what has been begun; before db is closed.  Takes NULL. */
void fold_free(struct fold *f);

#endif
