/* manifest --format=sha256sum: lines that sha256sum -c reads. */
#include "config.h"

#include "cmd/manifest/sums.h"

#include <string.h>

#include "base/buf.h"
#include "base/digest.h"

/* As coreutils write it: a line whose name has escapes begins with a backslash. */
static void
add_sum_line(struct buf *line, const char *dir, const char *name, const struct digest *digest)
{
	char hex[2 * DIGEST_SIZE + 1];

	digest_hex(digest, hex);
	if (strpbrk(name, "\\\n\r"))
		buf_addch(line, '\\');
	buf_addf(line, "%s  %s", hex, dir);
	for (; *name; name++) {
		switch (*name) {
		case '\\':
			buf_addstr(line, "\\\\");
			break;
		case '\n':
			buf_addstr(line, "\\n");
			break;
		case '\r':
			buf_addstr(line, "\\r");
			break;
		default:
			buf_addch(line, *name);
		}
	}
	buf_addch(line, '\n');
}

int
manifest_sha256sum(const struct manifest_list *l, FILE *out, struct err *e)
{
	struct buf line = BUF_INIT;
	size_t n_unread = 0;

	(void)e;
	for (size_t i = 0; i < l->n; i++) {
		const struct manifest_entry *entry = &l->v[i];
		/* below a root of its own "-" would be standard input */
		const char *dir = !l->root[1] ? "/" : entry->name[0] == '-' ? "./" : "";

		if (entry->state.type != FILE_REGULAR)
			continue;
		if (!entry->state.has_digest) {
			n_unread++;
			continue;
		}
		buf_reset(&line);
		add_sum_line(&line, dir, entry->name, &entry->state.digest);
		fwrite(line.data, 1, line.len, out);
	}
	if (n_unread > 0)
		err_message("%zu file%s whose content is not in the record (moved only, or not readable): "
			    "not in this list", n_unread, n_unread == 1 ? "" : "s");
	buf_release(&line);
	return 0;
}
