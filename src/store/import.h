/*
 * Reading an exported file, which may come from anyone, into a history: no view, trigger or expression of it
 * is ever run, each value is looked at, and what is not as this program writes it is refused.
 */
#ifndef WT_STORE_IMPORT_H
#define WT_STORE_IMPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/import_file.h"
#include "store/store.h"

/*
 * Take all runs that are not there yet; inside a transaction of the history, which is to be rolled back where
 * this fails.  *runs (n of them, in the file's order) is the file's own.  0, or -1 with e set.
 */
int import_rows(struct import_file *f, struct store *to, int64_t now_ns, const struct import_run **runs, size_t *n,
		struct err *e);

#endif
