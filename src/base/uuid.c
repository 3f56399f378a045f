/* Random names that are the same nowhere else. */
#include "config.h"

#include "base/uuid.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/io.h"

enum { UUID_BYTES = 16 };

static bool
random_bytes(unsigned char *out)
{
	ssize_t got = getrandom(out, UUID_BYTES, GRND_NONBLOCK);
	int fd = -1;

	if (got != UUID_BYTES) {
		fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
		got = fd < 0 ? -1 : io_read_full(fd, out, UUID_BYTES);
	}
	io_close(&fd);
	return got == UUID_BYTES;
}

/* What is the same in no two calls on a machine, and hardly on two machines. */
static void
unlikely_bytes(unsigned char *out)
{
	static unsigned calls;	/* seen by nobody: it only makes this call unlike the last */
	struct {
		struct timespec now, since_start;
		pid_t pid;
		unsigned call;
		const void *place;
	} seed;
	struct digest digest;

	memset(&seed, 0, sizeof(seed));
	clock_gettime(CLOCK_REALTIME, &seed.now);
	clock_gettime(CLOCK_BOOTTIME, &seed.since_start);
	seed.pid = getpid();
	seed.call = ++calls;
	seed.place = &seed;
	digest_bytes(&seed, sizeof(seed), &digest);
	memcpy(out, digest.bytes, UUID_BYTES);
}

void
uuid_make(char out[UUID_TEXT + 1])
{
	unsigned char b[UUID_BYTES];

	if (!random_bytes(b))
		unlikely_bytes(b);
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);	/* version 4 */
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);	/* the variant of that RFC */
	snprintf(out, UUID_TEXT + 1, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}
