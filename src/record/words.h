/* Flags and errors as words, the way strace prints them. */
#ifndef WT_RECORD_WORDS_H
#define WT_RECORD_WORDS_H

#include <stdint.h>

#include "base/buf.h"
#include "event.h"

/*
 * Add the names of a call's flags, joined by "|"; unknown bits in hexadecimal; "0" where no bit is set.
 * Nothing for FLAGS_NONE.
 */
void words_flags(enum flag_set set, uint64_t flags, struct buf *out);

/* An errno's name; a string that lasts. */
const char *words_error(int error);

#endif
