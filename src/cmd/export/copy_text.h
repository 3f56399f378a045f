/* Values in the text format of PostgreSQL's COPY. */
#ifndef WT_CMD_EXPORT_COPY_TEXT_H
#define WT_CMD_EXPORT_COPY_TEXT_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Add a text as COPY's text format has it, for a database in UTF-8: U+FFFD stands for each byte that is no part of
 * a character, and for NUL, which PostgreSQL has not.
 */
void copy_text_add(struct buf *out, const char *bytes, size_t len);

/* Add the bytes as a bytea where copy_text_add() does not keep all of them, else NULL. */
void copy_text_add_bytes(struct buf *out, const char *bytes, size_t len);

#endif
