/* Lines on their way to a terminal. */
#include "config.h"

#include "cmd/ui/visible.h"

#include <string.h>

#include "base/quote.h"

/* A line may have any length, and what comes of it is wanted before its end. */
enum { REST_MAX = 65536 };

/* A character that is cut in two would be taken for none: up to a line's end, unless that is far. */
void
visible_add(struct visible *v, const char *bytes, size_t len)
{
	const char *end = memrchr(bytes, '\n', len);
	size_t whole = end ? (size_t)(end - bytes) + 1 : 0;

	buf_add(&v->rest, bytes, whole);
	if (whole > 0)
		visible_end(v);
	buf_add(&v->rest, bytes + whole, len - whole);
	if (v->rest.len > REST_MAX)
		visible_end(v);
}

void
visible_end(struct visible *v)
{
	quote_lines(&v->out, v->rest.data, v->rest.len);
	buf_reset(&v->rest);
}

void
visible_release(struct visible *v)
{
	buf_release(&v->out);
	buf_release(&v->rest);
}
