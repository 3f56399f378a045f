/* Sockets that are made, addresses that are asked for, and services that act for others. */
#include "config.h"

#include "trace/decode/connect.h"

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
#include "trace/memory.h"
#include "trace/decode/peer.h"
#include "trace/decode/service.h"
#include "trace/decode/sockaddr.h"
#include "trace/path/target.h"
#include "trace/decode/tracee_socket.h"
#include "trace/tracer.h"

/* What SOCK_CLOEXEC and SOCK_NONBLOCK are not among (include/linux/net.h). */
enum { SOCK_TYPE_MASK = 0xf };

static struct connection *
connection_of_kind(const struct socket_kind *kind)
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
	if (t->tracer->options->leave_out_net)
		return DECIDE_PASS;
	call->connection = connection_of_kind(&kind);
	return DECIDE_RECORD;
}

/* Read the address that a call was given.  Lengths that the kernel does not take make no connection. */
static struct asked *
read_address(struct tracee *t, uint64_t addr, uint64_t len)
{
	struct asked *a;

	if ((uint32_t)len < sizeof(sa_family_t) || (uint32_t)len > SOCKADDR_MAX)
		return NULL;
	a = xcalloc(1, sizeof(*a));
	a->addr = addr;
	a->len = (uint32_t)len;
	if (memory_bytes(&t->memory, addr, a->bytes, a->len) == 0)
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
find_service(struct tracee *t, const char *raw, struct connection *c)
{
	struct buf quoted = BUF_INIT;

	c->service = service_at(c->address);
	if (!c->service)
		c->service = service_at(inside_root(t, c->address));
	if (!c->service)
		c->service = service_at(raw);
	if (!c->service)
		return;
	quote_shell(&quoted, c->address, strlen(c->address));
	buf_addstr(&quoted, "); ");
	event_add_unseen(&quoted, c->service);
	tracee_notice(t, BLIND_SERVICE, "asked %s (%s", c->service->name, quoted.data);
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
		find_service(t, c->address, c);
		return;
	}
	resolve_path(&w, AT_FDCWD, text->address, LOOKUP_FOLLOW, &target);
	c->address = xstrdup(target.sight == TARGET_RESOLVED && target.path ? target.path : text->address);
	target_release(&target);
	find_service(t, text->address, c);
	free(text->address);
}

/* The connection that the call asks for, into call; t->asked is what was read. */
static bool
take_address(struct tracee *t, const struct socket_kind *kind, struct call *call)
{
	bool local = tracee_socket_in_our_network(t);
	struct sockaddr_text text;
	struct connection *c;

	if (sockaddr_text(t->asked->bytes, t->asked->len, local, &text) < 0)
		return false;
	c = connection_of_kind(kind);
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
	if (t->tracer->options->leave_out_net || !find_socket(t, &kind))
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
	if (t->tracer->options->leave_out_net || t->args[4] == 0)
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
was_changed(struct tracee *t)
{
	unsigned char now[SOCKADDR_MAX];
	const struct asked *a = t->asked;
	size_t from = a->sent_hash ? sizeof(sa_family_t) : 0;

	return memory_bytes(&t->memory, a->addr, now, a->len) == 0 &&
	       memcmp(now + from, a->bytes + from, a->len - from) != 0;
}

static void
report_address_race(const struct tracee *t, const char *rest)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, "changed the address of a connection while it was made: ");
	quote_shell(&detail, t->call.connection->address, strlen(t->call.connection->address));
	buf_addstr(&detail, rest);
	tracee_tell_blind(t, BLIND_RACE, detail.data);
	buf_release(&detail);
}

/* Whether a socket has, or is about to have, another peer than it had. */
static bool
was_begun(int64_t result)
{
	enum { ERESTARTSYS = 512, ERESTART_RESTARTBLOCK = 516 };

	return result >= 0 || result == -EINPROGRESS || result == -EINTR ||
	       (result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK);
}

/* Whether the socket leads to whom it was cleared for. */
static bool
leads_there(struct tracee *t, int ours)
{
	struct peer peer, asked;

	if (ours < 0 || !tracee_socket_peer(t, ours, &peer) || !tracee_socket_peer_from(t->asked->bytes, t->asked->len, &asked))
		return !was_changed(t);
	return tracee_socket_peer_is(ours, &peer, &asked);
}

/* The kernel reads the address when the call goes on, after it was shown: another thread may have been at it. */
static int
check_cleared(struct tracee *t)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	int ours = tracee_socket_borrow(t, (int)(uint32_t)t->args[0]);
	int rc = 0;

	if (!leads_there(t, ours)) {
		rc = -1;
		/* what cannot be dissolved (connect(2), AF_UNSPEC) is closed in both directions */
		if (ours >= 0 && connect(ours, &nobody, sizeof(nobody)) < 0)
			(void)shutdown(ours, SHUT_RDWR);
		(void)arch_set_result(t->tid, ECONNREFUSED);
		report_address_race(t, ours >= 0 ? " was asked about, another one was used; that connection was undone"
				    : " was asked about, another one was used");
	}
	io_close(&ours);
	return rc;
}

/* Remember what is to be asked for, if ever, by getsockopt(2). */
static void
note_begun(struct tracee *t)
{
	uint64_t inode = tracee_socket_inode(t, (int)(uint32_t)t->args[0]);
	struct process *p = t->process;
	struct begun *b = &p->begun[p->next_begun % ARRAY_SIZE(p->begun)];

	if (inode == 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(p->begun); i++) {
		if (p->begun[i].inode == inode)
			b = &p->begun[i];
	}
	if (b->inode != inode)
		p->next_begun++;
	free(b->connection.address);
	b->inode = inode;
	b->connection = *t->call.connection;
	b->connection.address = xstrdup(t->call.connection->address);
}

static void
settle_asked(struct tracee *t, int64_t *result)
{
	const struct asked *a = t->asked;

	if (a->refused)
		return;
	if (a->sent_hash && *result >= 0)
		t->process->sent[a->sent_hash % ARRAY_SIZE(t->process->sent)] = a->sent_hash;
	if (a->cleared && was_begun(*result)) {
		if (check_cleared(t) < 0)
			*result = -ECONNREFUSED;
	} else if (was_changed(t)) {
		report_address_race(t, " or another one, which is not certain");
	}
	if (*result >= 0 || *result == -EINPROGRESS)
		peer_of_connection(t);
	if (*result == -EINPROGRESS)
		note_begun(t);
}

/* The process has been told how a connection ended.  No error and no peer: it has not ended yet. */
static bool
settle_begun(struct tracee *t, int64_t *result)
{
	uint64_t inode = tracee_socket_inode(t, (int)(uint32_t)t->args[0]);
	struct process *p = t->process;
	int error;

	if (*result < 0 || memory_bytes(&t->memory, t->args[3], &error, sizeof(error)) < 0 || error < 0 || error > 4095 ||
	    (error == 0 && !tracee_socket_has_peer(t, (int)(uint32_t)t->args[0])))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(p->begun); i++) {
		if (p->begun[i].inode == inode)
			p->begun[i].inode = 0;
	}
	*result = -error;
	return true;
}

enum decision
decode_getsockopt(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	const struct process *p = t->process;
	uint64_t inode;

	(void)d;
	if (t->tracer->options->leave_out_net || p->next_begun == 0 || (int)t->args[1] != SOL_SOCKET || (int)t->args[2] != SO_ERROR)
		return DECIDE_PASS;
	inode = tracee_socket_inode(t, (int)(uint32_t)t->args[0]);
	for (size_t i = 0; i < ARRAY_SIZE(p->begun) && inode != 0; i++) {
		const struct begun *b = &p->begun[i];

		if (b->inode != inode)
			continue;
		call->connection = xmemdup(&b->connection, sizeof(b->connection));
		call->connection->address = xstrdup(b->connection.address);
		return DECIDE_RECORD;
	}
	return DECIDE_PASS;
}

bool
decode_connection_settled(struct tracee *t, int64_t *result)
{
	if (t->asked) {
		settle_asked(t, result);
		return true;
	}
	return t->desc->decode != decode_getsockopt || settle_begun(t, result);
}
