/* trace/decode/tracee_socket: whose socket it is, what kind, and where it leads.  The tracee is this very process. */
#include "config.h"

#include "trace/decode/tracee_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "unit/unit.h"

static struct process process;
static struct tracee self;

static void
begin(void)
{
	process.pid = self.tid = getpid();
	process.mem_fd = -1;
	self.process = &process;
}

static struct peer
v4(const char *address, int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct peer p;

	ck_assert_int_eq(inet_pton(AF_INET, address, &in.sin_addr), 1);
	ck_assert(tracee_socket_peer_from(&in, sizeof(in), &p));
	ck_assert(!tracee_socket_peer_from(&in, sizeof(in) - 1, &p));
	ck_assert(tracee_socket_peer_from(&in, sizeof(in), &p));
	return p;
}

static struct peer
v6(const char *address, int port, uint32_t scope)
{
	struct sockaddr_in6 in = {
		.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_scope_id = scope,
	};
	struct peer p;

	ck_assert_int_eq(inet_pton(AF_INET6, address, &in.sin6_addr), 1);
	ck_assert(!tracee_socket_peer_from(&in, 23, &p));
	ck_assert(tracee_socket_peer_from(&in, 24, &p));
	ck_assert_uint_eq(p.scope, 0);
	ck_assert(tracee_socket_peer_from(&in, sizeof(in), &p));
	return p;
}

START_TEST(kinds)
{
	struct socket_kind kind;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int ends[2];

	ck_assert(tracee_socket_kind(&self, fd, &kind));
	ck_assert_int_eq(kind.family, AF_INET);
	ck_assert_int_eq(kind.type, SOCK_DGRAM);
	ck_assert_int_eq(kind.protocol, IPPROTO_UDP);
	ck_assert_uint_ne(tracee_socket_inode(&self, fd), 0);
	ck_assert(!tracee_socket_has_peer(&self, fd));
	/* not one that has been closed: what looks would get its number */
	ck_assert(!tracee_socket_kind(&self, 9999, &kind));
	ck_assert_int_eq(errno, EBADF);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert(!tracee_socket_kind(&self, ends[0], &kind));
	ck_assert_int_eq(errno, ENOTSOCK);
	ck_assert_uint_eq(tracee_socket_inode(&self, ends[0]), 0);
	ck_assert(tracee_socket_in_our_network(&self));
}
END_TEST

START_TEST(peers)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(0x7f000001) };
	struct peer here = v4("127.0.0.1", 9), any = v4("0.0.0.0", 9), other = v4("127.0.0.2", 9);
	struct peer mapped = v6("::ffff:127.0.0.1", 9, 0), port = v4("127.0.0.1", 10), any6 = v6("::", 9, 0);
	struct peer link = v6("fe80::1", 9, 2), link_any = v6("fe80::1", 9, 0), link_other = v6("fe80::1", 9, 3);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct peer p;

	ck_assert(!tracee_socket_peer(&self, fd, &p));
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	ck_assert(tracee_socket_peer(&self, fd, &p));
	ck_assert(tracee_socket_has_peer(&self, fd));
	ck_assert(tracee_socket_peer_is(fd, &p, &here));
	ck_assert(tracee_socket_peer_is(fd, &p, &mapped));
	ck_assert(tracee_socket_peer_is(fd, &p, &any));	/* this machine, whichever way it is said */
	ck_assert(tracee_socket_peer_is(fd, &p, &any6));
	ck_assert(!tracee_socket_peer_is(fd, &p, &other));
	ck_assert(!tracee_socket_peer_is(fd, &p, &port));
	p = v4("192.0.2.1", 9);
	ck_assert(!tracee_socket_peer_is(fd, &p, &any));
	ck_assert(tracee_socket_peer_is(fd, &link, &link));
	ck_assert(tracee_socket_peer_is(fd, &link, &link_any));
	ck_assert(!tracee_socket_peer_is(fd, &link, &link_other));
}
END_TEST

static int
listener(int family, void *address, socklen_t len)
{
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, address, len) < 0)
		return -1;
	ck_assert_int_eq(listen(fd, 0), 0);
	ck_assert_int_eq(getsockname(fd, address, &len), 0);
	return fd;
}

/* A queue that is full takes nobody: a connection stays begun, and only the kernel's tables tell where it leads. */
static void
try_begun(int family, void *address, socklen_t len)
{
	int server = listener(family, address, len);
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer);
	struct peer wanted, got;
	int fd = -1;

	if (server < 0)
		return;		/* no IPv6 here */
	for (int i = 0; i < 8; i++) {
		fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(fd, address, len);
	}
	ck_assert_int_lt(getpeername(fd, (struct sockaddr *)&peer, &peer_len), 0);
	ck_assert(tracee_socket_peer_from(address, len, &wanted));
	ck_assert(tracee_socket_peer(&self, fd, &got));
	ck_assert(tracee_socket_peer_is(fd, &got, &wanted));
	wanted.port++;
	ck_assert(!tracee_socket_peer_is(fd, &got, &wanted));
	close(server);
}

START_TEST(begun)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };

	try_begun(AF_INET, &in, sizeof(in));
	try_begun(AF_INET6, &in6, sizeof(in6));
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("tracee_socket");

	tcase_add_checked_fixture(tc, begin, NULL);
	tcase_add_test(tc, kinds);
	tcase_add_test(tc, peers);
	tcase_add_test(tc, begun);
	return unit_run("tracee_socket", tc);
}
