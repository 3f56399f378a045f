/* The kernel's tables of sockets, /proc/TID/net/: of the network that the task is in. */
#ifndef WT_TRACE_DECODE_SOCKET_TABLE_H
#define WT_TRACE_DECODE_SOCKET_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "trace/decode/tracee_socket.h"

/* Sockets by their numbers; begins as zeroes. */
struct socket_list {
	ino_t *ino;		/* owned */
	size_t n;
	long user;		/* of the last; -1 where the table does not tell */
};

void socket_table_release(struct socket_list *l);

/*
 * Who listens there: for SOCK_STREAM who waits for connections, for another type who has that address.  A socket with
 * exactly that address comes before those that take any.
 */
void socket_table_at(pid_t tid, int type, const struct peer *at, struct socket_list *out);

/*
 * The same for a UNIX address, as people write it.  The table has the name that was given to bind(2), which may be
 * relative: where none is the same, those that end alike.
 */
void socket_table_named(pid_t tid, int type, const char *address, struct socket_list *out);

/*
 * To whom the TCP socket with that number is connected, or about to be; false where the table does not have it.
 */
bool socket_table_remote(pid_t tid, ino_t ino, struct peer *out);

#endif
