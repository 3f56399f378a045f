/* Peers: of sockets by what the kernel says of them, else by who holds a descriptor of the other end. */
#include "config.h"

#include "trace/decode/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/quote.h"
#include "trace/decode/service.h"
#include "trace/decode/sockaddr.h"
#include "trace/decode/socket_table.h"
#include "trace/decode/tracee_socket.h"
#include "trace/tracer.h"

enum { IPC_MSGGET = 13 };	/* MSGGET of <linux/ipc.h>, which cannot stand beside <sys/msg.h> */

static const char rest_of_sentence[] = ", which is not traced; its writes are not in this record";

static void
add_address(struct buf *out, const struct connection *c)
{
	quote_shell(out, c->address, strlen(c->address));
	if (c->port >= 0)
		buf_addf(out, " port %d", c->port);
}

/* Whom the first process of the machine lets listen there (socket activation) only the address tells. */
static void
tell_process(const struct tracee *t, pid_t pid)
{
	const struct connection *c = t->call.connection;
	char *program = proc_program(pid, PROC_RUNNING);
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, "asked ");
	quote_message(&detail, program, strlen(program));
	buf_addf(&detail, " (pid %d)", (int)pid);
	if (pid == 1) {
		buf_addstr(&detail, " or what it starts for ");
		add_address(&detail, c);
	}
	buf_addstr(&detail, rest_of_sentence);
	tracee_tell_blind(t, BLIND_SERVICE, detail.data);
	buf_release(&detail);
	free(program);
}

static void
tell_unseen(const struct tracee *t, long user)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, "asked a process that cannot be seen from here at ");
	add_address(&detail, t->call.connection);
	if (user >= 0)
		buf_addf(&detail, " (user %ld)", user);
	buf_addstr(&detail, rest_of_sentence);
	tracee_tell_blind(t, BLIND_SERVICE, detail.data);
	buf_release(&detail);
}

/* Who has one of these sockets, if it is not a tracee: that is told.  Tracees' own are remembered in known. */
static void
tell_holders(const struct tracee *t, const struct socket_list *l, struct holder_known *known)
{
	for (size_t i = 0; i < l->n; i++) {
		struct holder_sought sought = { .type = S_IFSOCK, .ino = l->ino[i] };
		struct holder h;

		if (holder_find_tracee(t->tracer, &sought, &h)) {
			if (known && l->n == 1) {
				known->socket = sought;
				known->holder = h;
			}
		} else if (holder_find_outside(t->tracer, &sought, &h)) {
			tell_process(t, h.pid);
		} else {
			tell_unseen(t, l->user);
		}
	}
}

/* Who has asked the kernel to listen there (unix(7), SO_PEERCRED); 0 where it does not know, or that one is gone. */
static pid_t
listener_of(int ours)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	struct proc_stat stat;

	if (ours < 0 || getsockopt(ours, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0 || cred.pid <= 0 ||
	    !proc_stat(cred.pid, &stat) || proc_is_dead(&stat))
		return 0;
	return cred.pid;
}

/* The other end's own name decides as well, where it has a whole one: the tracee's argument may have been exchanged. */
static bool
is_harmless_unix(int ours, const struct connection *c)
{
	struct sockaddr_storage name;
	struct sockaddr_text text;
	socklen_t len = sizeof(name);
	bool harmless = service_is_harmless(c->address);

	if (!harmless || ours < 0 || getpeername(ours, (struct sockaddr *)&name, &len) < 0 ||
	    sockaddr_text(&name, len, false, &text) < 0)
		return harmless;
	if (text.address[0] == '/' || text.address[0] == '@')
		harmless = service_is_harmless(text.address);
	free(text.address);
	return harmless;
}

static void
tell_unix(struct tracee *t, int ours)
{
	const struct connection *c = t->call.connection;
	struct socket_list l;
	pid_t pid;

	if (is_harmless_unix(ours, c))
		return;
	pid = c->type == SOCK_DGRAM ? 0 : listener_of(ours);
	if (pid != 0) {
		if (!holder_is_inside(t->tracer, pid))
			tell_process(t, pid);
		return;
	}
	socket_table_named(t->tid, c->type, c->address, &l);
	if (l.n == 0)
		tell_unseen(t, -1);
	tell_holders(t, &l, NULL);
	socket_table_release(&l);
}

/* FNV-1a, 64 bits; of the network as well: the same address is another machine's there. */
static uint64_t
hash_address(const struct tracee *t, const struct peer *at)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	struct { unsigned char address[16]; int64_t port, type; uint64_t network; } key = { .port = at->port };
	struct stat st;
	char path[64];

	memcpy(key.address, at->address, sizeof(key.address));
	key.type = t->call.connection->type;
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)t->tid);
	key.network = stat(path, &st) == 0 ? st.st_ino : 0;
	for (size_t i = 0; i < sizeof(key); i++)
		hash = (hash ^ ((const unsigned char *)&key)[i]) * UINT64_C(0x100000001b3);
	return hash ? hash : 1;
}

/* Whether the address is this machine's; a datagram's way is asked of a socket of our own, which sends nothing. */
static bool
leads_to_us(const struct tracee *t, int ours, const struct peer *at)
{
	struct sockaddr_storage own;
	int probe;
	bool is_here;

	if (tracee_socket_is_here(ours, at->address))
		return true;
	if (!t->asked->sent_hash || !tracee_socket_in_our_network(t))
		return false;
	memset(&own, 0, sizeof(own));
	memcpy(&own, t->asked->bytes, t->asked->len);
	probe = socket(own.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	is_here = probe >= 0 && connect(probe, (struct sockaddr *)&own, t->asked->len) == 0 &&
		  tracee_socket_is_here(probe, at->address);
	io_close(&probe);
	return is_here;
}

/* One that has only begun has no peer yet: then it is where it was asked to go. */
static bool
connected_to(const struct tracee *t, int ours, struct peer *out)
{
	struct sockaddr_storage name;
	socklen_t len = sizeof(name);

	if (!t->asked->sent_hash && ours >= 0 && getpeername(ours, (struct sockaddr *)&name, &len) == 0)
		return tracee_socket_peer_from(&name, len, out);
	return tracee_socket_peer_from(t->asked->bytes, t->asked->len, out);
}

static void
tell_inet(struct tracee *t, int ours)
{
	struct tracer *tr = t->tracer;
	struct process *p = t->process;
	struct holder_known *known;
	struct socket_list l;
	struct peer at;
	uint64_t address, told;

	if (!connected_to(t, ours, &at) || service_is_harmless_port(at.port) || !leads_to_us(t, ours, &at))
		return;
	address = hash_address(t, &at);
	known = &tr->peers[address % ARRAY_SIZE(tr->peers)];
	if (known->address == address && holder_has(&known->holder, &known->socket))
		return;
	told = address ^ p->image;
	if (p->asked_peers[address % ARRAY_SIZE(p->asked_peers)] == told)
		return;
	*known = (struct holder_known){ .address = address };
	socket_table_at(t->tid, t->call.connection->type, &at, &l);
	tell_holders(t, &l, known);
	if (l.n > 0 && known->holder.pid == 0)
		p->asked_peers[address % ARRAY_SIZE(p->asked_peers)] = told;
	socket_table_release(&l);
}

void
peer_of_connection(struct tracee *t)
{
	const struct connection *c = t->call.connection;
	int ours;

	/* whom the table of services names is told of by that name */
	if (!c->address || c->service || (c->family != AF_UNIX && c->family != AF_INET && c->family != AF_INET6))
		return;
	ours = tracee_socket_borrow(t, (int)(uint32_t)t->args[0]);
	if (c->family == AF_UNIX)
		tell_unix(t, ours);
	else
		tell_inet(t, ours);
	io_close(&ours);
}

static void
tell_reader(const struct tracee *t, const char *what, const char *path, pid_t pid)
{
	struct buf detail = BUF_INIT;
	char *program = proc_program(pid, PROC_RUNNING);

	buf_addf(&detail, "opened the %s ", what);
	quote_shell(&detail, path, strlen(path));
	if (pid != 0) {
		buf_addstr(&detail, " for writing; there reads ");
		quote_message(&detail, program, strlen(program));
		buf_addf(&detail, " (pid %d)", (int)pid);
	} else {
		buf_addstr(&detail, " for writing; there reads a process that cannot be seen from here");
	}
	buf_addstr(&detail, rest_of_sentence);
	tracee_tell_blind(t, BLIND_SERVICE, detail.data);
	buf_release(&detail);
	free(program);
}

/*
 * Who opens a FIFO for writing alone waits until somebody reads it (fifo(7)).  Both go on at the same time: the other's
 * descriptor may be a moment late.
 */
static bool
is_read(const struct tracee *t, const struct holder_sought *s, struct holder *outside)
{
	const struct timespec moment = { 0, 2000000 };
	struct holder h;

	for (int i = 0; i < 20; i++) {
		if (holder_find_outside(t->tracer, s, outside) || holder_find_tracee(t->tracer, s, &h))
			return true;
		nanosleep(&moment, NULL);
	}
	return false;
}

void
peer_of_fifo(struct tracee *t, const struct target *opened, uint64_t flags)
{
	struct holder_sought s = {
		.type = S_IFIFO, .dev = opened->st.st_dev, .ino = opened->st.st_ino, .reading = true,
	};
	struct holder outside = { 0, -1 };

	if (!S_ISFIFO(opened->st.st_mode) || !opened->path || (flags & O_ACCMODE) == O_RDONLY ||
	    service_is_harmless_fifo(opened->path))
		return;
	if ((flags & O_ACCMODE) == O_WRONLY ? !is_read(t, &s, &outside) || outside.pid != 0
					    : holder_find_outside(t->tracer, &s, &outside))
		tell_reader(t, "FIFO", opened->path, outside.pid);
}

enum decision
decode_mq_open(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	(void)call;
	return (t->args[d->flags] & O_ACCMODE) == O_RDONLY ? DECIDE_PASS : DECIDE_OUTCOME;
}

/* A queue is a file of a file system of its own, with its name there (mq_overview(7)). */
void
decode_mq_opened(struct tracee *t, int64_t result)
{
	struct holder_sought s = { .type = S_IFREG, .reading = true };
	struct buf name = BUF_INIT;
	struct holder outside;
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)t->tid, (int)result);
	if (stat(path, &st) == 0 && io_readlink(AT_FDCWD, path, &name) == 0) {
		s.dev = st.st_dev;
		s.ino = st.st_ino;
		if (holder_find_outside(t->tracer, &s, &outside))
			tell_reader(t, "message queue", name.data, outside.pid);
	}
	buf_release(&name);
}

/*
 * Who waits for messages of a System V queue the kernel does not tell.  One that was there before the run, or that
 * somebody else has made since, is somebody else's; in a namespace of the run's own there are none.
 */
enum decision
decode_msgget(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	key_t key = (key_t)t->args[0];
	int id;

	(void)d;
	(void)call;
	if (!proc_shares(t->tid, "ns/ipc"))
		return DECIDE_PASS;
	id = key == IPC_PRIVATE ? -1 : msgget(key, 0);
	if (id < 0 && (key == IPC_PRIVATE || errno == ENOENT))
		return DECIDE_OUTCOME;	/* made by this call, if at all */
	for (size_t i = 0; id >= 0 && i < t->tracer->n_queues; i++) {
		if (t->tracer->queues[i] == id)
			return DECIDE_PASS;
	}
	tracee_notice(t, BLIND_SERVICE, "opened the System V message queue with the key %#x, which was not made by this run; "
		      "what who reads there writes is not in this record", (unsigned)key);
	return DECIDE_OUTCOME;
}

void
decode_msgget_done(struct tracee *t, int64_t result)
{
	if (t->notice.detail)
		tracee_tell_notice(t);
	else
		*LIST_ADD(t->tracer->queues, t->tracer->n_queues) = (int)result;
}

/* i386's one entry for all of System V's (ipc(2)): of its number the upper half is a version. */
enum decision
decode_ipc(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	if ((t->args[0] & 0xffff) != IPC_MSGGET)
		return DECIDE_PASS;
	t->args[0] = t->args[1];
	return decode_msgget(t, d, call);
}
