/* Short texts that many rows share, each stored once. */
#ifndef WT_STORE_WORD_H
#define WT_STORE_WORD_H

#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/* The id of a short text in the table word, made where it is new; 0 for NULL.  0, or -1 with e set. */
int word_id(struct store *s, const char *text, int64_t *id, struct err *e);
void word_forget_all(struct store *s);

#endif
