/* The diffs of what runs modified. */
#include "config.h"

#include "cmd/report/diffs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "cmd/show/diff.h"

/* A stream into a buffer that is full at some time. */
struct bounded {
	struct buf *out;
	size_t limit;
	bool cut;
};

static ssize_t
on_bounded_write(void *cookie, const char *bytes, size_t len)
{
	struct bounded *b = cookie;
	size_t room = b->out->len < b->limit ? b->limit - b->out->len : 0;

	buf_add(b->out, bytes, len < room ? len : room);
	b->cut = b->cut || len > room;
	return (ssize_t)len;
}

/* The line that is not whole goes. */
static void
drop_last_line(struct buf *text)
{
	while (text->len > 0 && text->data[text->len - 1] != '\n')
		buf_truncate(text, text->len - 1);
}

int
diffs_add(struct buf *out, const struct story *s, size_t limit, bool *cut, struct err *e)
{
	const cookie_io_functions_t functions = { .write = on_bounded_write };
	struct bounded b = { .out = out, .limit = limit };
	struct show show = { .store = s->store, .opt = s->opt, .ids = s->ids };
	int rc;

	*cut = false;
	if (s->n_texts == 0)
		return 0;
	show.out.f = fopencookie(&b, "w", functions);
	if (!show.out.f)
		return err_system(e, "cannot show diffs");
	for (size_t i = 0; i < s->n_texts; i++)
		*LIST_ADD(show.paths.v, show.paths.n) = (struct typed_path_word){ .path = s->texts[i] };
	rc = show_diff(&show, e);
	free(show.paths.v);
	fclose(show.out.f);
	if (b.cut)
		drop_last_line(out);
	*cut = b.cut;
	return rc;
}
