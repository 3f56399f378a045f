/* Old contents on their way: out of the store of objects into an exported file, and from there into another's. */
#ifndef WT_CMD_EXPORT_TRANSFER_H
#define WT_CMD_EXPORT_TRANSFER_H

#include <stdint.h>

#include "base/err.h"
#include "store/export.h"
#include "store/import_file.h"

struct carried {
	int64_t n;		/* contents */
	int64_t bytes;		/* their lengths */
	int64_t n_missing;	/* not to be had, or damaged: from now on they do not count as kept */
};

/* Add to an export the old contents that its runs keep, each of them checked.  0, or -1 with e set. */
int transfer_out(struct export_file *x, struct store *from, struct carried *out, struct err *e);

/*
 * Put the old contents of an import into the history's store of objects; inside the transaction of
 * import_rows().  A content that is not what its digest says makes all of it fail.  The caller takes back
 * what was put by transfer_drop() where the import fails later.  0, or -1 with e set.
 */
struct carry;
struct carry *transfer_new(const char *history);
int transfer_in(struct carry *c, struct import_file *f, struct store *to, struct carried *out, struct err *e);
void transfer_drop(struct carry *c);
/*
 * After the commit: until then nobody knew that the contents were needed, and somebody who removes those that
 * nobody needs may have taken some away.  0, or -1 with e set.
 */
int transfer_in_again(struct carry *c, struct import_file *f, struct store *to, struct err *e);
void transfer_free(struct carry *c);

#endif
