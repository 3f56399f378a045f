/* Sockets that are made, addresses that are asked for, and services that act for others. */
#ifndef WT_TRACE_DECODE_CONNECT_H
#define WT_TRACE_DECODE_CONNECT_H

#include "trace/syscalls.h"

decode_fn decode_make_socket, decode_connect, decode_sendto, decode_getsockopt;

/*
 * The outcome of a call on a connection is known: look whether it was made as it was asked for.  If not, it
 * has been undone and *result, the call's own result from then on, is -ECONNREFUSED.  False: there is nothing
 * to tell.
 */
bool decode_connection_settled(struct tracee *t, int64_t *result);

#endif
