/* Values in the text format of PostgreSQL's COPY. */
#include "config.h"

#include "cmd/export/copy_text.h"

#include <string.h>

#include "base/utf8.h"

void
copy_text_add(struct buf *out, const char *bytes, size_t len)
{
	struct buf clean = BUF_INIT;

	utf8_scrub(&clean, bytes, len);
	for (size_t i = 0; i < clean.len; i++) {
		switch (clean.data[i]) {
		case '\0':
			buf_addstr(out, "\xef\xbf\xbd");
			break;
		case '\\':
			buf_addstr(out, "\\\\");
			break;
		case '\t':
			buf_addstr(out, "\\t");
			break;
		case '\n':
			buf_addstr(out, "\\n");
			break;
		case '\r':
			buf_addstr(out, "\\r");
			break;
		default:
			buf_addch(out, clean.data[i]);
		}
	}
	buf_release(&clean);
}

void
copy_text_add_bytes(struct buf *out, const char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	if (utf8_valid(bytes, len) && !memchr(bytes, '\0', len)) {
		buf_addstr(out, "\\N");
		return;
	}
	buf_addstr(out, "\\\\x");
	for (size_t i = 0; i < len; i++) {
		buf_addch(out, digits[(unsigned char)bytes[i] >> 4]);
		buf_addch(out, digits[(unsigned char)bytes[i] & 15]);
	}
}
