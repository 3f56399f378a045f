/* Who is at the other end of what a tracee writes to: nobody sees what a process that is no tracee does on being asked. */
#ifndef WT_TRACE_DECODE_PEER_H
#define WT_TRACE_DECODE_PEER_H

#include <stdint.h>

#include "trace/syscalls.h"

/*
 * The connection that t's call is about has been made or begun, or the datagram is sent: tell of a process of this
 * machine that listens there, unless it is traced or known to do nothing of note.
 */
void peer_of_connection(struct tracee *t);

/* The same for the readers of what t has opened for writing, if that is a FIFO. */
void peer_of_fifo(struct tracee *t, const struct target *opened, uint64_t flags);

/* Message queues: POSIX's are opened like files, System V's go by a key. */
decode_fn decode_mq_open, decode_msgget, decode_ipc;
success_fn decode_mq_opened, decode_msgget_done;

#endif
