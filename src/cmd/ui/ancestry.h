/* Which programs led to a process: make -> sh -> install hello /usr/local/bin/hello */
#ifndef WT_CMD_UI_ANCESTRY_H
#define WT_CMD_UI_ANCESTRY_H

#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/* What was found out so far, by process. */
struct ancestry;

struct ancestry *ancestry_new(struct store *s);
/* The chain, borrowed; "" for a process that the history does not know.  NULL with e set. */
const char *ancestry_of(struct ancestry *a, int64_t process_id, struct err *e);
void ancestry_free(struct ancestry *a);

#endif
