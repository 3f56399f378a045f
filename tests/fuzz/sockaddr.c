/* Fuzz trace/sockaddr: any bytes that a process may give as an address. */
#include "config.h"

#include "fuzz.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "trace/decode/sockaddr.h"

/* The words must stand for the same address. */
static void
check_inet(const struct sockaddr_text *t, const uint8_t *bytes)
{
	struct sockaddr_in in;
	struct in_addr back;

	memcpy(&in, bytes, sizeof(in));
	fuzz_check(inet_pton(AF_INET, t->address, &back) == 1);
	fuzz_check(memcmp(&back, &in.sin_addr, sizeof(back)) == 0);
	fuzz_check(t->port == ntohs(in.sin_port));
}

static void
check_inet6(const struct sockaddr_text *t, const uint8_t *bytes)
{
	char *words = strndup(t->address, strcspn(t->address, "%"));
	struct sockaddr_in6 in = { 0 };
	struct in6_addr back;

	memcpy(&in, bytes, offsetof(struct sockaddr_in6, sin6_scope_id));
	fuzz_check(inet_pton(AF_INET6, words, &back) == 1);
	fuzz_check(memcmp(&back, &in.sin6_addr, sizeof(back)) == 0);
	fuzz_check(t->port == ntohs(in.sin6_port));
	free(words);
}

static void
check_unix(const struct sockaddr_text *t, const uint8_t *bytes, size_t len)
{
	size_t head = offsetof(struct sockaddr_un, sun_path);
	size_t room = sizeof(((struct sockaddr_un *)0)->sun_path);
	size_t n = len - head < room ? len - head : room;

	fuzz_check(t->port == -1);
	fuzz_check(t->is_path == (n > 0 && bytes[head] != '\0'));
	fuzz_check(strlen(t->address) <= n);
	if (t->is_path)
		fuzz_check(memcmp(t->address, bytes + head, strlen(t->address)) == 0);
	else
		fuzz_check(strlen(t->address) == n);
}

static void
check_hexadecimal(const struct sockaddr_text *t, size_t len)
{
	fuzz_check(t->port == -1 && !t->is_path);
	fuzz_check(strlen(t->address) == (len > 2 ? 2 + 2 * (len - 2) : 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_text t;
	struct input in = { data, size };
	bool local = input_byte(&in) & 1;
	size_t len = in.left < SOCKADDR_MAX ? in.left : SOCKADDR_MAX;
	uint16_t family;

	if (sockaddr_text(in.at, len, local, &t) < 0) {
		fuzz_check(len < sizeof(family));
		return 0;
	}
	memcpy(&family, in.at, sizeof(family));
	fuzz_check(t.family == family && t.address && t.port >= -1);
	if (family == AF_INET && len >= sizeof(struct sockaddr_in))
		check_inet(&t, in.at);
	else if (family == AF_INET6 && len >= offsetof(struct sockaddr_in6, sin6_scope_id))
		check_inet6(&t, in.at);
	else if (family == AF_UNIX)
		check_unix(&t, in.at, len);
	else if (family == AF_INET || family == AF_INET6)
		check_hexadecimal(&t, len);
	free(t.address);
	return 0;
}
