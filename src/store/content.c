/* Old contents inside a history. */
#include "config.h"

#include "store/content.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/io.h"
#include "store/cursor_impl.h"
#include "store/store_impl.h"

/* 1, 0, or -1 with e set. */
static int
has_contents(struct store *s, struct err *e)
{
	static const char sql[] =
		"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('content', 'content_part')";
	int64_t n = 0;

	return cursor_one_int(s, sql, NULL, 0, &n, e) < 0 ? -1 : n == 2;
}

static int
write_parts(struct store *s, const struct digest *d, int fd, struct err *e)
{
	static const char sql[] =
		"SELECT p.at, p.bytes FROM content AS c JOIN content_part AS p ON p.content_id = c.id"
		" WHERE c.sha256 = ?1 AND p.at >= 0 AND p.at + length(p.bytes) <= c.size";
	struct cursor *c;
	int more;

	if (CURSOR_OPEN(s, &c, e, sql, STMT_DIGEST(d)) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0) {
		const void *bytes = sqlite3_column_blob(c->stmt, 1);
		size_t len = (size_t)sqlite3_column_bytes(c->stmt, 1);

		if (len > 0 && io_pwrite_full(fd, bytes, len, cursor_int(c, 0)) < 0) {
			more = err_system(e, "cannot read an old content in %s", store_path(s));
			break;
		}
	}
	cursor_close(c);
	return more;
}

int
content_open(struct store *s, const struct digest *d, int *fd, struct err *e)
{
	static const char sql[] = "SELECT size FROM content WHERE sha256 = ?1";
	int found = has_contents(s, e);
	int64_t size;

	if (found > 0)
		found = CURSOR_ONE_INT(s, &size, e, sql, STMT_DIGEST(d));
	if (found <= 0)
		return found;
	*fd = memfd_create("content", MFD_CLOEXEC);
	if (*fd < 0 || ftruncate(*fd, size) < 0)
		err_system(e, "cannot read an old content in %s", store_path(s));
	else if (write_parts(s, d, *fd, e) == 0)
		return 1;
	io_close(fd);
	return -1;
}
