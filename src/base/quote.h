/* Bytes that may be anything, written so that a shell or a JSON parser reads them back and no terminal obeys them. */
#ifndef WT_BASE_QUOTE_H
#define WT_BASE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * As `ls --quoting-style=shell-escape` does: bare where no shell would mind, else in single quotes,
 * with $'\n' and $'\303' for control characters and for bytes that are not UTF-8.
 */
void quote_shell(struct buf *out, const char *bytes, size_t len);

/*
 * The words of argv, quoted, with blanks between; argv ends with NULL.  Braces that a shell would expand, which ls
 * leaves bare, are quoted too.
 */
void quote_argv(struct buf *out, char *const argv[]);

/* The words of a block in which each ends with NUL, as /proc/PID/cmdline has them. */
void quote_words(struct buf *out, const char *block, size_t len);

/*
 * One word for any POSIX shell, which need not know $'...': control characters and bytes that are not UTF-8
 * are variables, "$x033", that the script sets before; used[c] becomes true for those.
 */
void quote_posix(struct buf *out, const char *bytes, size_t len, bool used[256]);

/* The length of the first word of what quote_words() or quote_argv() made, quotes and all. */
size_t quote_word_len(const char *text);

/* Text of a message: as it is, with \ooo for control characters and bytes that are not UTF-8. */
void quote_message(struct buf *out, const char *bytes, size_t len);

/* The same of whole lines: their ends, a carriage return in front of one included, and tabs stay. */
void quote_lines(struct buf *out, const char *bytes, size_t len);

/*
 * A string of JSON, in its quotes, with \u for what is not to be shown (utf8_hidden()) and with U+FFFD in place of each
 * byte that is part of no valid character.
 */
void quote_json(struct buf *out, const char *bytes, size_t len);

#endif
