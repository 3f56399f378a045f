/* SHA-256 of contents. */
#include "config.h"

#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <nettle/version.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { CHUNK = 256 * 1024 };

struct digester {
	struct sha256_ctx sha256;
	unsigned char *chunk;	/* NULL until something is read */
	void (*watch)(void *context, size_t len);	/* NULL: nobody wants to know */
	void *watcher;
};

struct digester *
digest_new(void)
{
	struct digester *d = xcalloc(1, sizeof(*d));

	sha256_init(&d->sha256);
	return d;
}

void
digest_add(struct digester *d, const void *bytes, size_t len)
{
	sha256_update(&d->sha256, len, bytes);
}

static void
sha256_finish(struct sha256_ctx *sha256, struct digest *out)
{
#if NETTLE_VERSION_MAJOR >= 4
	sha256_digest(sha256, out->bytes);
#else
	sha256_digest(sha256, DIGEST_SIZE, out->bytes);
#endif
}

void
digest_finish(struct digester *d, struct digest *out)
{
	sha256_finish(&d->sha256, out);
}

void
digest_free(struct digester *d)
{
	if (!d)
		return;
	free(d->chunk);
	free(d);
}

void
digest_bytes(const void *bytes, size_t len, struct digest *out)
{
	struct sha256_ctx sha256;

	sha256_init(&sha256);
	sha256_update(&sha256, len, bytes);
	sha256_finish(&sha256, out);
}

void
digest_watch(struct digester *d, void (*read)(void *context, size_t len), void *context)
{
	d->watch = read;
	d->watcher = context;
}

/* Zeros that are nowhere take as long as others to digest: whether there are too many of them up to end. */
static bool
is_mostly_nothing(int fd, int64_t start, int64_t end)
{
	int64_t holes = 0, at = start;
	struct stat st;

	/* its length tells it nearly always, and what is allocated always but for that */
	if (end - start <= DIGEST_HOLES_MAX || fstat(fd, &st) < 0 ||
	    end - start - (int64_t)st.st_blocks * 512 <= DIGEST_HOLES_MAX)
		return false;
	while (at < end && holes <= DIGEST_HOLES_MAX) {
		off_t data = lseek(fd, at, SEEK_DATA);

		if (data < 0 && errno != ENXIO)
			break;		/* no file system of holes: they are stored */
		if (data < 0 || data > end)
			data = end;
		holes += data - at;
		at = data < end ? lseek(fd, data, SEEK_HOLE) : end;
		if (at < 0)
			break;
	}
	(void)lseek(fd, start, SEEK_SET);
	return holes > DIGEST_HOLES_MAX;
}

/* 0 at the end, else how much was read; -1 with errno. */
static ssize_t
read_chunk(struct digester *d, int fd, int64_t left)
{
	ssize_t n;

	if (!d->chunk)
		d->chunk = xmalloc(CHUNK);
	do {
		n = read(fd, d->chunk, left < CHUNK ? (size_t)left : CHUNK);
	} while (n < 0 && errno == EINTR);
	return n;
}

/* Read at most so much.  *total tells how much it was. */
static int
digest_up_to(struct digester *d, int fd, int64_t most, struct digest *out, int64_t *total, struct err *e)
{
	ssize_t n = 0;

	*total = 0;
	while (*total < most && (n = read_chunk(d, fd, most - *total)) > 0) {
		digest_add(d, d->chunk, (size_t)n);
		*total += n;
		if (d->watch)
			d->watch(d->watcher, (size_t)n);
	}
	if (n < 0)
		err_system(e, "cannot read content");
	digest_finish(d, out);
	return n < 0 ? -1 : 0;
}

static int
too_many_holes(struct err *e)
{
	errno = EFBIG;
	return err_system(e, "cannot read content");
}

int
digest_fd(struct digester *d, int fd, struct digest *out, int64_t *size_bytes, struct err *e)
{
	off_t start = lseek(fd, 0, SEEK_CUR);
	int64_t most = INT64_MAX, total;
	struct stat st;
	int rc;

	/* a pipe has no end that is known, and a file that the kernel makes up says nothing of its size */
	if (start >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		if (is_mostly_nothing(fd, start, st.st_size))
			return too_many_holes(e);
		most = st.st_size - start;
	}
	rc = digest_up_to(d, fd, most, out, &total, e);
	if (size_bytes)
		*size_bytes = total;
	return rc;
}

int
digest_whole(struct digester *d, int fd, int64_t size_bytes, struct digest *out, struct err *e)
{
	int64_t total;

	if (is_mostly_nothing(fd, 0, size_bytes))
		return too_many_holes(e);
	return digest_up_to(d, fd, size_bytes > 0 ? size_bytes : INT64_MAX, out, &total, e);
}

bool
digest_equal(const struct digest *a, const struct digest *b)
{
	return memcmp(a->bytes, b->bytes, DIGEST_SIZE) == 0;
}

void
digest_hex(const struct digest *d, char out[2 * DIGEST_SIZE + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		out[2 * i] = digits[d->bytes[i] >> 4];
		out[2 * i + 1] = digits[d->bytes[i] & 15];
	}
	out[2 * DIGEST_SIZE] = '\0';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
digest_parse(const char *hex, struct digest *out)
{
	if (strlen(hex) != (size_t)2 * DIGEST_SIZE)
		return false;
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out->bytes[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}
