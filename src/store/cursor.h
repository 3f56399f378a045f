/* The rows that answer a question to a history, one by one; the questions are in query_*.h. */
#ifndef WT_STORE_CURSOR_H
#define WT_STORE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

/* A result, row by row.  Close it before the store. */
struct cursor;

enum cursor_type { CURSOR_NULL, CURSOR_INT, CURSOR_REAL, CURSOR_TEXT, CURSOR_BLOB };

/* 1: there is a row, 0: no more, -1 with e set. */
int cursor_next(struct cursor *c, struct err *e);
int cursor_columns(const struct cursor *c);
/* The column's name: the view's own.  Valid until cursor_close(). */
const char *cursor_name(const struct cursor *c, int column);
enum cursor_type cursor_type(const struct cursor *c, int column);
int64_t cursor_int(const struct cursor *c, int column);
double cursor_real(const struct cursor *c, int column);
/* The bytes of a text or blob (a number as text); NULL for NULL.  Valid until the next cursor_next(). */
const char *cursor_text(const struct cursor *c, int column, size_t *len);
void cursor_close(struct cursor *c);

#endif
