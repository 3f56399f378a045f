/* What was in a changed file, and what is in it. */
#include "config.h"

#include "record/notable_texts.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "mount/remote.h"
#include "objects/objects_dir.h"

enum { TEXT_BYTES_MAX = 1 << 20 };

/* Whether what a descriptor reads is the content of this state; fd is closed. */
static bool
read_content(int fd, const struct file_state *s, struct buf *out)
{
	struct digest digest;
	struct stat st;
	bool whole = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && io_read_all(fd, out, TEXT_BYTES_MAX) == 0;

	io_close(&fd);
	if (!whole)
		return false;
	digest_bytes(out->data, out->len, &digest);
	return digest_equal(&digest, &s->digest);
}

static bool
is_readable(const struct file_state *s)
{
	return s->has_digest && s->size_bytes <= TEXT_BYTES_MAX;
}

bool
notable_texts_read(const char *history, const struct remote_mounts *remote, const char *path,
		   const struct row_change *change, struct buf *before, struct buf *after)
{
	const struct file_state *was = change->before, *is = change->after;

	if (was->type == FILE_REGULAR &&
	    (!is_readable(was) || !read_content(objects_dir_get(history, &was->digest), was, before)))
		return false;
	if (is->type != FILE_REGULAR)
		return true;
	if (!is_readable(is))
		return false;
	if (read_content(objects_dir_get(history, &is->digest), is, after))
		return true;
	buf_reset(after);
	return read_content(remote_open(remote, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), is, after);
}
