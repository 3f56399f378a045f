/* Numbers, strings and bytes one after the other, in host order. */
#include "config.h"

#include "base/pack.h"

#include <string.h>

enum { FIELD_MAX = 64 << 20 };

void
pack_u32(struct buf *out, uint32_t value)
{
	buf_add(out, &value, sizeof(value));
}

void
pack_u64(struct buf *out, uint64_t value)
{
	buf_add(out, &value, sizeof(value));
}

/* Their length plus one, then the bytes; 0 for NULL. */
void
pack_bytes(struct buf *out, const void *bytes, size_t len)
{
	pack_u32(out, bytes ? (uint32_t)len + 1 : 0);
	if (bytes)
		buf_add(out, bytes, len);
}

/* With its NUL, so that the reader's pointer is a string. */
void
pack_string(struct buf *out, const char *s)
{
	pack_bytes(out, s, s ? strlen(s) + 1 : 0);
}

static void
take_number(struct packed *p, void *value, size_t size)
{
	if (p->len - p->at < size) {
		p->bad = true;
		p->at = p->len;		/* what is left belongs to no other field */
		return;
	}
	memcpy(value, p->bytes + p->at, size);
	p->at += size;
}

uint32_t
pack_take_u32(struct packed *p)
{
	uint32_t value = 0;

	take_number(p, &value, sizeof(value));
	return value;
}

uint64_t
pack_take_u64(struct packed *p)
{
	uint64_t value = 0;

	take_number(p, &value, sizeof(value));
	return value;
}

const void *
pack_take_bytes(struct packed *p, size_t *len)
{
	uint32_t coded = pack_take_u32(p);

	*len = 0;
	if (coded == 0)
		return NULL;
	if (coded - 1 > p->len - p->at || coded > FIELD_MAX) {
		p->bad = true;
		return NULL;
	}
	*len = coded - 1;
	p->at += *len;
	return p->bytes + p->at - *len;
}

const char *
pack_take_string(struct packed *p)
{
	size_t len;
	const char *s = pack_take_bytes(p, &len);

	if (!s)
		return NULL;
	if (len == 0 || s[len - 1] != '\0') {
		p->bad = true;
		return NULL;
	}
	return s;
}
