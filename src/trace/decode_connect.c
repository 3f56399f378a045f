/* Sockets that are made, addresses that are asked for, and services that act for others. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "trace/decode.h"
#include "trace/peek.h"
#include "trace/service.h"
#include "trace/sockaddr.h"
#include "trace/tracee_socket.h"

/* What SOCK_CLOEXEC and SOCK_NONBLOCK are not among (include/linux/net.h). */
enum { SOCK_TYPE_MASK = 0xf };

static bool network_ignored;

void
decode_ignore_network(void)
{
	network_ignored = true;
}

static struct connection *
new_connection(const struct socket_kind *kind)
{
	struct connection *c = xcalloc(1, sizeof(*c));

	c->family = kind->family;
	c->type = kind->type;
	c->protocol = kind->protocol;
	c->port = -1;
	return c;
}

enum decision
decode_make_socket(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	struct socket_kind kind = {
		(int)t->args[0], (int)t->args[1] & SOCK_TYPE_MASK, (int)t->args[2],
	};

	(void)d;
	if (network_ignored)
		return DECIDE_PASS;
	call->connection = new_connection(&kind);
	return DECIDE_RECORD;
}

/* Read the address that a call was given.  Lengths that the kernel does not take make no connection. */
static struct asked *
read_address(const struct tracee *t, uint64_t addr, uint64_t len)
{
	struct asked *a;

	if ((uint32_t)len < sizeof(sa_family_t) || (uint32_t)len > SOCKADDR_MAX)
		return NULL;
	a = xcalloc(1, sizeof(*a));
	a->addr = addr;
	a->len = (uint32_t)len;
	if (peek_bytes(t->tid, addr, a->bytes, a->len) == 0)
		return a;
	free(a);
	return NULL;
}

/* The path as the tracee sees it, which is in a root of its own. */
static const char *
inside_root(const struct tracee *t, const char *path)
{
	struct buf root = BUF_INIT;
	char link[64];
	size_t len;

	snprintf(link, sizeof(link), "/proc/%d/root", (int)t->tid);
	if (io_readlink(AT_FDCWD, link, &root) == 0 && root.len > 1 && path_is_under(path, root.data)) {
		len = root.len;
		path += path[len] == '/' ? len : 0;
	}
	buf_release(&root);
	return path;
}

/* Symbolic links (/var/run) lead to the same socket. */
static void
look_for_service(struct tracee *t, const char *raw, const char *address)
{
	const char *service = service_at(address);
	struct buf quoted = BUF_INIT;

	if (!service)
		service = service_at(inside_root(t, address));
	if (!service)
		service = service_at(raw);
	if (!service)
		return;
	quote_shell(&quoted, address, strlen(address));
	tracee_notice(t, BLIND_SERVICE, "asked %s (%s); its writes are not in this record", service, quoted.data);
	buf_release(&quoted);
}

/* Takes text->address. */
static void
take_unix_address(struct tracee *t, const struct sockaddr_text *text, struct connection *c)
{
	struct target target = TARGET_INIT;
	struct whose w = tracee_whose(t);

	if (!text->is_path) {
		c->address = text->address;
		look_for_service(t, c->address, c->address);
		return;
	}
	fdpath_resolve(&w, AT_FDCWD, text->address, FDPATH_FOLLOW, &target);
	c->address = xstrdup(target.resolved && target.path ? target.path : text->address);
	target_release(&target);
	look_for_service(t, text->address, c->address);
	free(text->address);
}

/* The connection that the call asks for, into call; t->asked is what was read. */
static bool
take_address(struct tracee *t, const struct socket_kind *kind, struct call *call)
{
	bool local = tracee_in_our_network(t);
	struct sockaddr_text text;
	struct connection *c;

	if (sockaddr_text(t->asked->bytes, t->asked->len, local, &text) < 0)
		return false;
	c = new_connection(kind);
	c->family = text.family;
	c->port = text.port;
	call->connection = c;
	if (text.family == AF_UNIX)
		take_unix_address(t, &text, c);
	else
		c->address = text.address;
	return true;
}

/* False where there is no such socket: the call fails and asks nobody.  One that is closed to us counts. */
static bool
find_socket(const struct tracee *t, struct socket_kind *kind)
{
	return tracee_socket_kind(t, (int)(uint32_t)t->args[0], kind) || (errno != EBADF && errno != ENOTSOCK);
}

enum decision
decode_connect(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	struct socket_kind kind;

	(void)d;
	if (network_ignored || !find_socket(t, &kind))
		return DECIDE_PASS;
	free(t->asked);
	t->asked = read_address(t, t->args[1], t->args[2]);
	if (!t->asked || !take_address(t, &kind, call))
		return DECIDE_PASS;
	return DECIDE_RECORD;
}

/* FNV-1a, 64 bits. */
static uint64_t
hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t
hash_destination(const struct tracee *t)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	hash = hash_bytes(hash, &t->process->image, sizeof(t->process->image));
	hash = hash_bytes(hash, &t->args[0], sizeof(t->args[0]));
	hash = hash_bytes(hash, t->asked->bytes, t->asked->len);
	return hash ? hash : 1;
}

/*
 * Each sendto(2) of a server or a resolver stops; once is enough for each address.  What is remembered is
 * little: an address that comes again late is counted again.  A connected stream does not look at the
 * address, unless it is to be connected by that (MSG_FASTOPEN, tcp(7)).
 */
enum decision
decode_sendto(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	struct socket_kind kind;

	(void)d;
	if (network_ignored || t->args[4] == 0)
		return DECIDE_PASS;
	free(t->asked);
	t->asked = read_address(t, t->args[4], t->args[5]);
	if (!t->asked)
		return DECIDE_PASS;
	t->asked->sent_hash = hash_destination(t);
	if (t->process->sent[t->asked->sent_hash % ARRAY_SIZE(t->process->sent)] == t->asked->sent_hash ||
	    !find_socket(t, &kind) || (kind.type == SOCK_STREAM && !(t->args[3] & MSG_FASTOPEN)))
		return DECIDE_PASS;
	/* IPv4 datagrams do without a family (net/ipv4/udp.c) */
	if (kind.family == AF_INET && t->asked->bytes[0] == AF_UNSPEC && t->asked->bytes[1] == 0)
		t->asked->bytes[0] = AF_INET;
	return take_address(t, &kind, call) ? DECIDE_RECORD : DECIDE_PASS;
}

/* Whether what the call was given is not there any more: the kernel may have read either. */
static bool
was_changed(const struct tracee *t)
{
	unsigned char now[SOCKADDR_MAX];
	const struct asked *a = t->asked;
	size_t from = a->sent_hash ? sizeof(sa_family_t) : 0;

	return t->process->threads > 1 && peek_bytes(t->tid, a->addr, now, a->len) == 0 &&
	       memcmp(now + from, a->bytes + from, a->len - from) != 0;
}

void
decode_connect_settled(struct tracee *t, bool is_error, const struct event_sink *sink)
{
	struct buf detail = BUF_INIT;

	if (!t->asked)
		return;
	if (t->asked->sent_hash && !is_error)
		t->process->sent[t->asked->sent_hash % ARRAY_SIZE(t->process->sent)] = t->asked->sent_hash;
	if (!was_changed(t))
		return;
	buf_addstr(&detail, "changed the address of a connection while it was made; whether that was to ");
	quote_shell(&detail, t->call.connection->address, strlen(t->call.connection->address));
	buf_addstr(&detail, " is not certain");
	sink->blind(sink->context, t->process->image, BLIND_RACE, detail.data);
	buf_release(&detail);
}
