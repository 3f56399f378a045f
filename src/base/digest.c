/* SHA-256 of contents. */
#include "config.h"

#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { CHUNK = 256 * 1024 };

struct digester {
	EVP_MD_CTX *ctx;	/* NULL until something is added */
	unsigned char *chunk;	/* NULL until something is read */
	void (*watch)(void *context, size_t len);	/* NULL: nobody wants to know */
	void *watcher;
};

/*
 * Fetched once, in a library context of our own: that one reads no openssl.cnf, and where memory is short it is not
 * made, while OpenSSL 3.0 goes on with half a default context.  Both stay until the process ends.
 */
static OSSL_LIB_CTX *library;
static EVP_MD *sha256;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void
fetch(void)
{
	library = OSSL_LIB_CTX_new();
	sha256 = library ? EVP_MD_fetch(library, "SHA256", NULL) : NULL;
	if (!sha256)
		mem_exhausted();
}

static void
must(int ok)
{
	if (ok != 1)
		mem_exhausted();	/* the only way in which SHA-256 fails */
}

struct digester *
digester_new(void)
{
	return xcalloc(1, sizeof(struct digester));
}

/* OpenSSL takes its time to begin (1 to 3 ms): not before there is something to digest. */
static void
set_up(struct digester *d)
{
	if (d->ctx)
		return;
	(void)pthread_once(&fetched, fetch);
	d->ctx = EVP_MD_CTX_new();
	if (!d->ctx)
		mem_exhausted();
	must(EVP_DigestInit_ex2(d->ctx, sha256, NULL));
}

void
digester_add(struct digester *d, const void *bytes, size_t len)
{
	set_up(d);
	must(EVP_DigestUpdate(d->ctx, bytes, len));
}

void
digester_finish(struct digester *d, struct digest *out)
{
	unsigned int len = 0;

	set_up(d);
	must(EVP_DigestFinal_ex(d->ctx, out->bytes, &len));
	must(EVP_DigestInit_ex2(d->ctx, NULL, NULL));
}

void
digester_free(struct digester *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->ctx);
	free(d->chunk);
	free(d);
}

void
digester_watch(struct digester *d, void (*read)(void *context, size_t len), void *context)
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
		digester_add(d, d->chunk, (size_t)n);
		*total += n;
		if (d->watch)
			d->watch(d->watcher, (size_t)n);
	}
	if (n < 0)
		err_system(e, "cannot read content");
	digester_finish(d, out);
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
