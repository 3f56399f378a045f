/* SHA-256 of contents, by nettle, which uses the processor's own instructions and cannot fail. */
#ifndef WT_BASE_DIGEST_H
#define WT_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DIGEST_SIZE 32

struct digest {
	unsigned char bytes[DIGEST_SIZE];
};

/* A digest in the making: contents that pass in pieces. */
struct digester;
struct digester *digest_new(void);
void digest_add(struct digester *d, const void *bytes, size_t len);
/* The digester begins anew then. */
void digest_finish(struct digester *d, struct digest *out);
void digest_free(struct digester *d);

/* What is there in one piece. */
void digest_bytes(const void *bytes, size_t len, struct digest *out);

/* Have a function told of each piece that digest_fd() reads, as it comes; NULL: nobody any more. */
void digest_watch(struct digester *d, void (*read)(void *context, size_t len), void *context);

/* How many zeros may be read that are stored nowhere (holes); with more of them a content has no digest. */
#define DIGEST_HOLES_MAX (16LL << 30)

/*
 * Digest what is left to read of fd, up to the length that a file has at this moment: one that is written to without end
 * ends there.  *size_bytes (may be NULL) tells how much that was.
 * Returns 0, or -1 with e set to ERR_SYSTEM: EFBIG for a file with more holes than DIGEST_HOLES_MAX.
 */
int digest_fd(struct digester *d, int fd, struct digest *out, int64_t *size_bytes, struct err *e);

/*
 * The same for a regular file that has just been opened, of which the caller knows from fstat(2) how long it is: nothing
 * is asked twice.
 */
int digest_whole(struct digester *d, int fd, int64_t size_bytes, struct digest *out, struct err *e);

bool digest_equal(const struct digest *a, const struct digest *b);

/* 64 lower-case hexadecimal digits and a NUL. */
void digest_hex(const struct digest *d, char out[2 * DIGEST_SIZE + 1]);

/* The same read back, in either case.  False where the text is anything else. */
bool digest_parse(const char *hex, struct digest *out);

#endif
