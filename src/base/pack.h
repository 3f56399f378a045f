/* Numbers, strings and bytes one after the other: what one process of ours writes and another reads on the same machine. */
#ifndef WT_BASE_PACK_H
#define WT_BASE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

void pack_u32(struct buf *out, uint32_t value);
void pack_u64(struct buf *out, uint64_t value);
/* Both keep NULL apart from what is empty. */
void pack_bytes(struct buf *out, const void *bytes, size_t len);
void pack_string(struct buf *out, const char *s);

/* What was packed; borrowed.  Fields are taken in the order in which they were packed. */
struct packed {
	const char *bytes;
	size_t len, at;
	bool bad;		/* a field was not there, or is damaged: it has read as 0 or NULL */
};

uint32_t pack_take_u32(struct packed *p);
uint64_t pack_take_u64(struct packed *p);
/* They point into what was packed. */
const void *pack_take_bytes(struct packed *p, size_t *len);
const char *pack_take_string(struct packed *p);

#endif
