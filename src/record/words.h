/* Flags, errors, and what sockets are, as words, the way strace prints them. */
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

/* Of a socket.  Each adds a name, the number where there is none, and "?" for -1. */
void words_family(struct buf *out, int family);
void words_type(struct buf *out, int type);
void words_protocol(struct buf *out, int family, int protocol);

#endif
