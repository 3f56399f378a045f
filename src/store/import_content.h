/* The old contents in the file of an import that runs taken from it keep. */
#ifndef WT_STORE_IMPORT_CONTENT_H
#define WT_STORE_IMPORT_CONTENT_H

#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "store/import_file.h"
#include "store/store.h"

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

#endif
