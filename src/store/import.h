/*
 * Reading an exported file, which may come from anyone, into a history: no view, trigger or expression of it
 * is ever run, each value is looked at, and what is not as this program writes it is refused.
 */
#ifndef WT_STORE_IMPORT_H
#define WT_STORE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "store/store.h"

struct import_file;

/* Whether a name may be a run's: 0, or -1 with e set to the reason. */
typedef int import_check_name(const char *name, struct err *e);

/*
 * Open and look at the file's shape; nothing is ever written to it.  *out is the caller's until
 * import_close().  0, or -1 with e set: ERR_INPUT for what is no history that this program can read.
 */
int import_open(struct import_file **out, const char *file, import_check_name *check_name, struct err *e);
void import_close(struct import_file *f);

/* A run of the file, after import_rows(). */
struct import_run {
	int64_t old_id;		/* its number in the file */
	int64_t id;		/* and in the history */
	bool here;		/* it was there already: nothing of it was taken */
};

/*
 * Take all runs that are not there yet; inside a transaction of the history, which is to be rolled back where
 * this fails.  *runs (n of them, in the file's order) is the file's own.  0, or -1 with e set.
 */
int import_rows(struct import_file *f, struct store *to, int64_t now_ns, const struct import_run **runs, size_t *n,
		struct err *e);

/*
 * The next old content in the file that a run taken by import_rows() keeps, what it claims to be and its
 * length: 1, 0 at the end, -1 with e set.  Then its bytes to fd, an empty file.  Both may be begun anew by
 * import_contents_again().
 */
int import_next_content(struct import_file *f, struct store *to, struct digest *claimed, int64_t *size_bytes,
			struct err *e);
int import_read_content(struct import_file *f, int fd, struct err *e);
void import_contents_again(struct import_file *f);

/*
 * What a taken run keeps and the file does not have counts as kept no more; *n is how many contents that are.
 * In the transaction, after the last content.  0, or -1 with e set.
 */
int import_forget_missing(struct import_file *f, struct store *to, int64_t *n, struct err *e);

/* Say that the file is refused, with the reason.  Returns -1. */
int import_refuse(const struct import_file *f, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
