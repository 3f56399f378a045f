/* Socket calls: descriptors that arrive, and i386's one entry for all of them. */
#ifndef WT_TRACE_DECODE_SOCKETS_H
#define WT_TRACE_DECODE_SOCKETS_H

#include "trace/syscalls.h"

decode_fn decode_socketcall, decode_recvmsg, decode_pidfd_getfd;
success_fn decode_received, decode_got_descriptor;

#endif
