/* The sockets of a tracee. */
#include "config.h"

#include "trace/decode/tracee_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "file/identity.h"
#include "trace/decode/socket_table.h"
#include "trace/path/descriptor.h"

/* Since Linux 6.9 a pidfd can be a thread's (include/uapi/linux/pidfd.h). */
#define OF_THREAD O_EXCL

/*
 * A thread may have descriptors of its own.  Before Linux 6.9 only the process's leader can be asked; whether
 * what it has is the same, the inode tells.
 */
static int
open_pidfd(const struct tracee *t, bool *is_own)
{
	int fd;

	*is_own = true;
	if (t->tid == t->process->pid)
		return (int)syscall(SYS_pidfd_open, t->tid, 0);
	fd = (int)syscall(SYS_pidfd_open, t->tid, OF_THREAD);
	if (fd >= 0)
		return fd;
	*is_own = false;
	return (int)syscall(SYS_pidfd_open, t->process->pid, 0);
}

static bool
is_same(const struct tracee *t, int fd, int ours)
{
	char path[64];
	struct stat theirs, own;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)t->tid, fd);
	return stat(path, &theirs) == 0 && fstat(ours, &own) == 0 && identity_same(&theirs, &own);
}

int
tracee_socket_borrow(const struct tracee *t, int fd)
{
	bool is_own;
	int pidfd = open_pidfd(t, &is_own);
	int ours, why;

	if (pidfd < 0)
		return -1;
	ours = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	why = errno;
	close(pidfd);
	if (ours >= 0 && !is_own && !is_same(t, fd, ours)) {
		io_close(&ours);
		why = EPERM;
	}
	errno = why;
	return ours;
}

bool
tracee_socket_kind(const struct tracee *t, int fd, struct socket_kind *kind)
{
	const struct {
		int option;
		int *value;
	} asked[] = {
		{ SO_DOMAIN, &kind->family },
		{ SO_TYPE, &kind->type },
		{ SO_PROTOCOL, &kind->protocol },
	};
	int ours = tracee_socket_borrow(t, fd);
	bool is_socket = ours >= 0;

	*kind = (struct socket_kind){ -1, -1, -1 };
	for (size_t i = 0; is_socket && i < ARRAY_SIZE(asked); i++) {
		socklen_t len = sizeof(int);

		is_socket = getsockopt(ours, SOL_SOCKET, asked[i].option, asked[i].value, &len) == 0;
	}
	if (ours >= 0) {
		int why = errno;

		close(ours);
		errno = why;
	}
	return is_socket;
}

uint64_t
tracee_socket_inode(const struct tracee *t, int fd)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)t->tid, fd);
	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode) ? st.st_ino : 0;
}

bool
tracee_socket_has_peer(const struct tracee *t, int fd)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	int ours = tracee_socket_borrow(t, fd);
	bool is_connected = ours >= 0 && getpeername(ours, (struct sockaddr *)&address, &len) == 0;

	io_close(&ours);
	return is_connected;
}

bool
tracee_socket_peer_from(const void *sockaddr, size_t len, struct peer *out)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6 = { 0 };
	sa_family_t family;

	memset(out, 0, sizeof(*out));
	if (len < sizeof(family))
		return false;
	memcpy(&family, sockaddr, sizeof(family));
	if (family == AF_INET && len >= sizeof(in)) {
		memcpy(&in, sockaddr, sizeof(in));
		out->address[10] = out->address[11] = 0xff;
		memcpy(out->address + 12, &in.sin_addr, sizeof(in.sin_addr));
		out->port = ntohs(in.sin_port);
		return true;
	}
	if (family == AF_INET6 && len >= offsetof(struct sockaddr_in6, sin6_scope_id)) {
		memcpy(&in6, sockaddr, len < sizeof(in6) ? offsetof(struct sockaddr_in6, sin6_scope_id) : sizeof(in6));
		memcpy(out->address, &in6.sin6_addr, sizeof(out->address));
		out->port = ntohs(in6.sin6_port);
		out->scope = in6.sin6_scope_id;
		return true;
	}
	return false;
}

bool
tracee_socket_peer(const struct tracee *t, int ours, struct peer *out)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	struct stat st;

	if (getpeername(ours, (struct sockaddr *)&address, &len) == 0)
		return tracee_socket_peer_from(&address, len, out);
	/* one that has been begun has no peer yet, but the kernel's table knows where it goes */
	return fstat(ours, &st) == 0 && socket_table_remote(t->tid, st.st_ino, out) && out->port != 0;
}

static bool
is_unspecified(const unsigned char address[16])
{
	static const unsigned char none[16], mapped[16] = { [10] = 0xff, [11] = 0xff };

	return memcmp(address, none, 16) == 0 || memcmp(address, mapped, 16) == 0;
}

bool
tracee_socket_is_here(int ours, const unsigned char address[16])
{
	static const unsigned char loopback[16] = { [15] = 1 }, mapped[13] = { [10] = 0xff, [11] = 0xff, [12] = 127 };
	struct sockaddr_storage own;
	socklen_t len = sizeof(own);
	struct peer p;

	if (memcmp(address, loopback, sizeof(loopback)) == 0 || memcmp(address, mapped, sizeof(mapped)) == 0 ||
	    is_unspecified(address))
		return true;
	return getsockname(ours, (struct sockaddr *)&own, &len) == 0 && tracee_socket_peer_from(&own, len, &p) &&
	       memcmp(p.address, address, sizeof(p.address)) == 0;
}

bool
tracee_socket_peer_is(int ours, const struct peer *peer, const struct peer *asked)
{
	if (peer->port != asked->port || (peer->scope && asked->scope && peer->scope != asked->scope))
		return false;
	if (memcmp(peer->address, asked->address, sizeof(peer->address)) == 0)
		return true;
	return is_unspecified(asked->address) && tracee_socket_is_here(ours, peer->address);
}

bool
tracee_socket_in_our_network(const struct tracee *t)
{
	return proc_shares(t->tid, "ns/net");
}
