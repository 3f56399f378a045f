/* The sockets of a tracee, looked at through a descriptor of our own. */
#ifndef WT_TRACE_TRACEE_SOCKET_H
#define WT_TRACE_TRACEE_SOCKET_H

#include <stdbool.h>

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

/* Whether t is in our network namespace. */
bool tracee_in_our_network(const struct tracee *t);

#endif
