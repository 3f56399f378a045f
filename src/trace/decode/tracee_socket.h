/* The sockets of a tracee, looked at through a descriptor of our own. */
#ifndef WT_TRACE_DECODE_TRACEE_SOCKET_H
#define WT_TRACE_DECODE_TRACEE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/tracee.h"

struct socket_kind {
	int family, type, protocol;	/* -1 where it could not be had */
};

/*
 * Our own descriptor for what t has as fd (pidfd_getfd(2), Linux 5.6), for the caller to close at once.
 * -1 with errno: EBADF where it has none, EPERM where it may not be looked into.
 */
int tracee_socket_borrow(const struct tracee *t, int fd);

/* What kind of socket t has as fd.  False with errno set: EBADF, ENOTSOCK, or it may not be looked into. */
bool tracee_socket_kind(const struct tracee *t, int fd, struct socket_kind *kind);

/* The number that tells the socket that t has as fd from others; 0 where it cannot be had. */
uint64_t tracee_socket_inode(const struct tracee *t, int fd);

/* Whether it is connected. */
bool tracee_socket_has_peer(const struct tracee *t, int fd);

/* Where a socket leads, in the terms of IPv6 (IPv4 mapped). */
struct peer {
	unsigned char address[16];
	int port;
	uint32_t scope;		/* 0: none */
};

/* From an address of either family.  False for what is none. */
bool tracee_socket_peer_from(const void *sockaddr, size_t len, struct peer *out);

/*
 * To whom the socket that was borrowed as ours is connected, or is about to be (TCP, which the kernel
 * tells of in /proc/TID/net alone).  False where that cannot be had.
 */
bool tracee_socket_peer(const struct tracee *t, int ours, struct peer *out);

/*
 * Whether a socket that was asked to connect to asked, and leads to peer, does what it was asked for.  The
 * unspecified address stands for this machine (ip(7), INADDR_ANY).
 */
bool tracee_socket_peer_is(int ours, const struct peer *peer, const struct peer *asked);

/*
 * Whether an address is this machine's: of the loopback, none in particular, or the one that the socket of ours has
 * itself, which leads there.
 */
bool tracee_socket_is_here(int ours, const unsigned char address[16]);

/* Whether t is in our network namespace. */
bool tracee_socket_in_our_network(const struct tracee *t);

#endif
