/* Socket addresses as people write them. */
#ifndef WT_TRACE_DECODE_SOCKADDR_H
#define WT_TRACE_DECODE_SOCKADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* What the kernel takes at most (net/socket.c, move_addr_to_kernel()). */
enum { SOCKADDR_MAX = sizeof(struct sockaddr_storage) };

struct sockaddr_text {
	int family;
	char *address;		/* never NULL.  The caller frees it. */
	int port;		/* -1: none */
	bool is_path;		/* address is a path, as it was given */
};

/*
 * Put into words the len bytes (at most SOCKADDR_MAX) that a process gave as an address.  UNIX: the path, or
 * "@name", where "@" also stands for each NUL in the name, as in /proc/net/unix; "" for an unnamed one.
 * Netlink: the port id, 0 being the kernel.  What is too short for its family, or of another one: "0x" and
 * the bytes behind the family; "" where there are none.  local_names: interfaces have the same names here
 * as for the process; else a scope is a number.
 * 0, or -1 where there is not even a family.
 */
int sockaddr_text(const void *bytes, size_t len, bool local_names, struct sockaddr_text *out);

#endif
