/* Families, types and protocols of sockets as words, the way strace prints them. */
#ifndef WT_RECORD_NET_WORDS_H
#define WT_RECORD_NET_WORDS_H

#include "base/buf.h"

/* Each adds a name, the number where there is none, and "?" for -1. */
void words_family(struct buf *out, int family);
void words_type(struct buf *out, int type);
void words_protocol(struct buf *out, int family, int protocol);

#endif
