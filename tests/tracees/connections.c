/*
 * Sockets and addresses of all kinds.  What it prints are rows of `connections`: family, type, protocol, address,
 * port, error, count, separated by TAB, "-" for none.
 */
#include "tracee.h"
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static void
setup(void)
{
	must(symlink(".", "link"));
}

/* How often each kind of socket has been made. */
static struct made {
	const char *family, *type, *protocol;
	unsigned count;
} made[16];

static void
expect(const char *family, const char *type, const char *protocol, const char *address, int port, const char *error,
       unsigned count)
{
	char number[16] = "-";

	if (port >= 0)
		snprintf(number, sizeof(number), "%d", port);
	printf("%s\t%s\t%s\t%s\t%s\t%s\t%u\n", family, type, protocol, address, number, error, count);
	fflush(stdout);
}

/* socket(2), by the call that the libraries of this machine make. */
static int
make(int family, int type, int protocol, const char *family_name, const char *type_name, const char *protocol_name)
{
	struct made *m = made;
	int fd = socket(family, type, protocol);

	if (fd < 0)
		return -1;
	while (m->family && (strcmp(m->family, family_name) != 0 || strcmp(m->type, type_name) != 0 ||
			     strcmp(m->protocol, protocol_name) != 0))
		m++;
	m->family = family_name;
	m->type = type_name;
	m->protocol = protocol_name;
	m->count++;
	return fd;
}

static int
port_of(int fd)
{
	struct sockaddr_in6 in;
	socklen_t len = sizeof(in);

	must(getsockname(fd, (struct sockaddr *)&in, &len));
	return ntohs(in.sin6_port);	/* at the same place in both families */
}

/*
 * Bound, listening, its port in in.  A second socket keeps the port when it is closed: nobody else gets it, and nobody
 * who connects is given it as his own and so meets himself.
 */
static int
listen_at(struct sockaddr_in *in)
{
	int server = make(AF_INET, SOCK_STREAM, 0, "AF_INET", "SOCK_STREAM", "IPPROTO_IP");
	int keeper = make(AF_INET, SOCK_STREAM, 0, "AF_INET", "SOCK_STREAM", "IPPROTO_IP");
	int on = 1;

	must(setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	must(setsockopt(keeper, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	must(bind(server, (struct sockaddr *)in, sizeof(*in)));
	in->sin_port = htons((uint16_t)port_of(server));
	must(bind(keeper, (struct sockaddr *)in, sizeof(*in)));
	must(listen(server, 4));
	return server;
}

static void
inet_streams(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int server = listen_at(&in);
	int client = make(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP, "AF_INET", "SOCK_STREAM", "IPPROTO_TCP");

	must(connect(client, (struct sockaddr *)&in, sizeof(in)));
	expect("AF_INET", "SOCK_STREAM", "IPPROTO_TCP", "127.0.0.1", port_of(server), "-", 1);
	if (connect(client, (struct sockaddr *)&in, sizeof(in)) == 0 || errno != EISCONN)
		exit(99);
	expect("AF_INET", "SOCK_STREAM", "IPPROTO_TCP", "127.0.0.1", port_of(server), "EISCONN", 1);
	must(close(client));
	must(close(server));
	client = make(AF_INET, SOCK_STREAM, 0, "AF_INET", "SOCK_STREAM", "IPPROTO_IP");
	if (connect(client, (struct sockaddr *)&in, sizeof(in)) == 0 || errno != ECONNREFUSED)
		exit(99);
	expect("AF_INET", "SOCK_STREAM", "IPPROTO_TCP", "127.0.0.1", ntohs(in.sin_port), "ECONNREFUSED", 1);
	/* too short for its family */
	in.sin_port = htons(0x1234);
	if (connect(client, (struct sockaddr *)&in, 4) == 0 || errno != EINVAL)
		exit(99);
	expect("AF_INET", "SOCK_STREAM", "IPPROTO_TCP", "0x1234", -1, "EINVAL", 1);
	must(close(client));
}

/* Connections that are not waited for: begun, and how they ended when that is asked for. */
static void
begun_streams(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002) };
	int server = listen_at(&in);

	for (int closed = 0; closed < 2; closed++) {
		int fd = make(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0, "AF_INET", "SOCK_STREAM", "IPPROTO_IP");
		struct pollfd poll_fd = { fd, POLLOUT, 0 };
		int error = -1;
		socklen_t len = sizeof(error);

		must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
		if (connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0 || errno != EINPROGRESS)
			exit(99);
		must(poll(&poll_fd, 1, 120000) - 1);
		must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
		must(error == (closed ? ECONNREFUSED : 0) ? 0 : -1);
		expect("AF_INET", "SOCK_STREAM", "IPPROTO_TCP", "127.0.0.2", ntohs(in.sin_port),
		       closed ? "ECONNREFUSED" : "-", 1);
		must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
		must(close(fd));
		if (!closed)
			must(close(server));
	}
	expect("AF_INET", "SOCK_STREAM", "IPPROTO_TCP", "127.0.0.2", ntohs(in.sin_port), "EINPROGRESS", 2);
}

/* No rows: there is no such socket, no address, or none that can be read. */
static void
nothing_asked(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd = make(AF_INET, SOCK_DGRAM, 0, "AF_INET", "SOCK_DGRAM", "IPPROTO_IP");

	ended(connect(999, (struct sockaddr *)&in, sizeof(in)), "EBADF", "no descriptor");
	if (connect(STDIN_FILENO, (struct sockaddr *)&in, sizeof(in)) == 0 || errno != ENOTSOCK)
		exit(99);
	ended(connect(fd, (struct sockaddr *)8, sizeof(in)), "EFAULT", "no memory");
	ended(connect(fd, (struct sockaddr *)&in, (socklen_t)-1), "EINVAL", "a negative length");
	ended(connect(fd, (struct sockaddr *)&in, 129), "EINVAL", "a length past every address");
	ended(connect(fd, (struct sockaddr *)&in, 1), "EINVAL", "not even a family");
	must(close(fd));
}

static void
datagrams(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int a = make(AF_INET, SOCK_DGRAM, 0, "AF_INET", "SOCK_DGRAM", "IPPROTO_IP");
	int b = make(AF_INET, SOCK_DGRAM, IPPROTO_UDP, "AF_INET", "SOCK_DGRAM", "IPPROTO_UDP");

	must(bind(a, (struct sockaddr *)&in, sizeof(in)));
	in.sin_port = htons((uint16_t)port_of(a));
	for (int i = 0; i < 5; i++)
		must(sendto(b, "x", 1, 0, (struct sockaddr *)&in, sizeof(in)));
	must(connect(b, (struct sockaddr *)&in, sizeof(in)));
	must(send(b, "x", 1, 0));
	expect("AF_INET", "SOCK_DGRAM", "IPPROTO_UDP", "127.0.0.1", port_of(a), "-", 2);
	in.sin_family = AF_UNSPEC;
	must(connect(b, (struct sockaddr *)&in, sizeof(in)));
	expect("AF_UNSPEC", "SOCK_DGRAM", "IPPROTO_UDP", "", -1, "-", 1);
	must(close(a));
	must(close(b));
}

static void
inet6(void)
{
	struct sockaddr_in6 in = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int server = make(AF_INET6, SOCK_STREAM, 0, "AF_INET6", "SOCK_STREAM", "IPPROTO_IP");
	int client, fd;

	if (server < 0 || bind(server, (struct sockaddr *)&in, sizeof(in)) < 0) {
		fprintf(stderr, "no ::1 here\n");
		return;
	}
	must(listen(server, 4));
	in.sin6_port = htons((uint16_t)port_of(server));
	client = make(AF_INET6, SOCK_STREAM, 0, "AF_INET6", "SOCK_STREAM", "IPPROTO_IP");
	must(connect(client, (struct sockaddr *)&in, sizeof(in)));
	expect("AF_INET6", "SOCK_STREAM", "IPPROTO_TCP", "::1", port_of(server), "-", 1);
	must(close(client));
	must(close(server));

	fd = make(AF_INET6, SOCK_DGRAM, 0, "AF_INET6", "SOCK_DGRAM", "IPPROTO_IP");
	in.sin6_port = htons(9);
	must(inet_pton(AF_INET6, "::ffff:127.0.0.1", &in.sin6_addr) - 1);
	must(connect(fd, (struct sockaddr *)&in, sizeof(in)));
	expect("AF_INET6", "SOCK_DGRAM", "IPPROTO_UDP", "::ffff:127.0.0.1", 9, "-", 1);
	/* an interface that is not there has no name */
	must(inet_pton(AF_INET6, "fe80::1", &in.sin6_addr) - 1);
	in.sin6_scope_id = 987654;
	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0)
		exit(99);
	expect("AF_INET6", "SOCK_DGRAM", "IPPROTO_UDP", "fe80::1%987654", 9,
	       errno == ENODEV ? "ENODEV" : errno == EINVAL ? "EINVAL" : "ENETUNREACH", 1);
	must(close(fd));
}

static void
unix_sockets(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	socklen_t head = offsetof(struct sockaddr_un, sun_path);
	int server = make(AF_UNIX, SOCK_STREAM, 0, "AF_UNIX", "SOCK_STREAM", "0");
	int client = make(AF_UNIX, SOCK_STREAM, 0, "AF_UNIX", "SOCK_STREAM", "0");
	char wanted[64];

	strcpy(un.sun_path, "socket");
	must(bind(server, (struct sockaddr *)&un, sizeof(un)));
	must(listen(server, 4));
	strcpy(un.sun_path, "link/./socket");
	must(connect(client, (struct sockaddr *)&un, sizeof(un)));
	expect("AF_UNIX", "SOCK_STREAM", "0", absolute("socket"), -1, "-", 1);
	must(close(client));
	must(close(server));

	client = make(AF_UNIX, SOCK_STREAM, 0, "AF_UNIX", "SOCK_STREAM", "0");
	strcpy(un.sun_path, "absent");
	if (connect(client, (struct sockaddr *)&un, head + 7) == 0 || errno != ENOENT)
		exit(99);
	expect("AF_UNIX", "SOCK_STREAM", "0", absolute("absent"), -1, "ENOENT", 1);
	must(close(client));

	server = make(AF_UNIX, SOCK_DGRAM, 0, "AF_UNIX", "SOCK_DGRAM", "0");
	client = make(AF_UNIX, SOCK_DGRAM, 0, "AF_UNIX", "SOCK_DGRAM", "0");
	un.sun_path[0] = '\0';
	snprintf(un.sun_path + 1, 32, "wt-%d%cy", (int)getpid(), '\0');
	snprintf(wanted, sizeof(wanted), "@wt-%d@y", (int)getpid());
	must(bind(server, (struct sockaddr *)&un, head + (socklen_t)strlen(wanted)));
	must(sendto(client, "x", 1, 0, (struct sockaddr *)&un, head + (socklen_t)strlen(wanted)));
	must(sendto(client, "x", 1, 0, (struct sockaddr *)&un, head + (socklen_t)strlen(wanted)));
	expect("AF_UNIX", "SOCK_DGRAM", "0", wanted, -1, "-", 1);
	must(close(client));
	must(close(server));
}

static void
netlink(void)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
	int fd = make(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, "AF_NETLINK", "SOCK_RAW", "NETLINK_ROUTE");

	if (fd < 0) {
		fprintf(stderr, "no netlink here\n");
		return;
	}
	must(connect(fd, (struct sockaddr *)&nl, sizeof(nl)));
	expect("AF_NETLINK", "SOCK_RAW", "NETLINK_ROUTE", "0", -1, "-", 1);
	must(close(fd));
}

/* The one entry for all socket calls of i386. */
static void
socketcall(void)
{
#ifdef SYS_socketcall
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(9) };
	unsigned long args[6] = { AF_INET, SOCK_RAW, 253 };
	long fd;

	ended(syscall(SYS_socketcall, 1, args), geteuid() == 0 ? NULL : "EPERM", "socketcall");
	expect("AF_INET", "SOCK_RAW", "253", "-", -1, geteuid() == 0 ? "-" : "EPERM", 1);
	args[1] = SOCK_DGRAM;
	args[2] = IPPROTO_UDPLITE;
	fd = syscall(SYS_socketcall, 1, args);
	expect("AF_INET", "SOCK_DGRAM", "IPPROTO_UDPLITE", "-", -1, fd >= 0 ? "-" : "EPROTONOSUPPORT", 1);
	args[2] = IPPROTO_UDP;
	fd = must(syscall(SYS_socketcall, 1, args));
	args[0] = (unsigned long)fd;
	args[1] = (unsigned long)"x";
	args[2] = 1;
	args[3] = 0;
	args[4] = (unsigned long)&in;
	args[5] = sizeof(in);
	must(syscall(SYS_socketcall, 11, args));
	expect("AF_INET", "SOCK_DGRAM", "IPPROTO_UDP", "127.0.0.1", 9, "-", 2);
	args[1] = (unsigned long)&in;
	args[2] = sizeof(in);
	must(syscall(SYS_socketcall, 3, args));
	for (struct made *m = made; m->family; m++) {
		if (strcmp(m->type, "SOCK_DGRAM") == 0 && strcmp(m->protocol, "IPPROTO_UDP") == 0)
			m->count++;
	}
#endif
}

static void
story(void)
{
	inet_streams();
	begun_streams();
	nothing_asked();
	datagrams();
	inet6();
	unix_sockets();
	netlink();
	socketcall();
	for (struct made *m = made; m->family; m++)
		expect(m->family, m->type, m->protocol, "-", -1, "-", m->count);
}
