/* JSON texts, quoted by SQLite's own functions. */
#ifndef WT_STORE_JSON_H
#define WT_STORE_JSON_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

/*
 * Add the bytes as a JSON string, in quotes, with U+FFFD in place of what is not UTF-8.
 * 0, or -1 with e set.
 */
int json_quote(struct store *s, const char *bytes, size_t len, struct buf *out, struct err *e);

#endif
