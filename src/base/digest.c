/* SHA-256 of contents. */
#include "config.h"

#include "base/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { CHUNK = 256 * 1024 };

struct digester {
	EVP_MD_CTX *ctx;
	unsigned char *chunk;
	void (*watch)(void *context, size_t len);	/* NULL: nobody wants to know */
	void *watcher;
};

static void
must(int ok)
{
	if (ok != 1)
		mem_exhausted();	/* the only way in which SHA-256 fails */
}

struct digester *
digester_new(void)
{
	struct digester *d = xcalloc(1, sizeof(*d));

	d->ctx = EVP_MD_CTX_new();
	if (!d->ctx)
		mem_exhausted();
	d->chunk = xmalloc(CHUNK);
	must(EVP_DigestInit_ex(d->ctx, EVP_sha256(), NULL));
	return d;
}

void
digester_add(struct digester *d, const void *bytes, size_t len)
{
	must(EVP_DigestUpdate(d->ctx, bytes, len));
}

void
digester_finish(struct digester *d, struct digest *out)
{
	unsigned int len = 0;

	must(EVP_DigestFinal_ex(d->ctx, out->bytes, &len));
	must(EVP_DigestInit_ex(d->ctx, NULL, NULL));
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

int
digest_fd(struct digester *d, int fd, struct digest *out, int64_t *size_bytes, struct err *e)
{
	int64_t total = 0;

	for (;;) {
		ssize_t n = read(fd, d->chunk, CHUNK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int saved = errno;

			digester_finish(d, out);
			errno = saved;
			return err_system(e, "cannot read content");
		}
		if (n == 0)
			break;
		digester_add(d, d->chunk, (size_t)n);
		total += n;
		if (d->watch)
			d->watch(d->watcher, (size_t)n);
	}
	digester_finish(d, out);
	if (size_bytes)
		*size_bytes = total;
	return 0;
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
