/* The content of one regular file into another. */
#include "config.h"

#include "file/copy.h"

#include <errno.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

enum { CHUNK = 256 * 1024 };

/* Where the kernel cannot do it alone.  *at goes forward; it stays before end where the file has ended. */
static int
copy_by_hand(int from, int to, off_t *at, off_t end)
{
	char *chunk = xmalloc(CHUNK);
	int rc = 0;

	while (rc == 0 && *at < end) {
		ssize_t n = pread(from, chunk, end - *at < CHUNK ? (size_t)(end - *at) : CHUNK, *at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = (int)n;
			break;
		}
		rc = io_pwrite_full(to, chunk, (size_t)n, *at);
		*at += n;
	}
	free(chunk);
	return rc;
}

/*
 * From *at to end, all of it data.  copy_file_range(2) may refuse (EXDEV, EINVAL, EOPNOTSUPP ...), stop short,
 * or give nothing where there is something: the rest is then done by hand, whose errors count.
 */
static int
copy_stretch(int from, int to, off_t *at, off_t end)
{
	while (*at < end) {
		off_t in = *at, out = *at;
		ssize_t n = copy_file_range(from, &in, to, &out, (size_t)(end - *at), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return copy_by_hand(from, to, at, end);
		*at += n;
	}
	return 0;
}

static int
copy_data(int from, int to, off_t size)
{
	off_t at = 0;

	while (at < size) {
		off_t data = lseek(from, at, SEEK_DATA);
		off_t hole;

		if (data < 0 && errno == ENXIO)
			break;		/* a hole up to the end */
		if (data < 0)
			data = at;	/* no file system of holes */
		if (data >= size)
			break;		/* it has grown meanwhile */
		hole = lseek(from, data, SEEK_HOLE);
		if (hole < 0 || hole > size)
			hole = size;
		at = data;
		if (copy_stretch(from, to, &at, hole) < 0)
			return -1;
		if (at < hole)
			return 0;	/* cut short meanwhile */
	}
	/* with data up to the end it has that length already */
	return at == size ? 0 : ftruncate(to, size);
}

int
copy_content(int from, int to, int64_t size_bytes, struct err *e)
{
	if (ioctl(to, FICLONE, from) == 0)
		return 0;
	return copy_data(from, to, size_bytes) < 0 ? err_system(e, "cannot copy content") : 0;
}
