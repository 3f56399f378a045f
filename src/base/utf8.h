/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef WT_BASE_UTF8_H
#define WT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * The length of the character at the head of len bytes (len > 0), its code point in *c;
 * 0 if these bytes begin no valid character.
 */
size_t utf8_decode(const char *bytes, size_t len, uint32_t *c);

/*
 * Whether a character is not to be shown as it is: a terminal obeys it, it ends a line or turns the direction of text, or
 * nothing of it is to be seen, so that two names look like one.
 */
bool utf8_hidden(uint32_t c);

bool utf8_valid(const char *bytes, size_t len);

/* Add the bytes with U+FFFD in place of each byte that is part of no valid character. */
void utf8_scrub(struct buf *out, const char *bytes, size_t len);

#endif
