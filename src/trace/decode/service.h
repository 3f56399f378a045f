/* Services, by the addresses at which they are asked. */
#ifndef WT_TRACE_DECODE_SERVICE_H
#define WT_TRACE_DECODE_SERVICE_H

#include <stdbool.h>

#include "event.h"

/*
 * Who writes on behalf of those who ask, and listens there, by a path without symbolic links, or by "@" and an abstract
 * name; NULL: nobody of note.
 */
const struct service *service_at(const char *address);

/* Whether who listens there answers, logs or shows, and writes nothing at its clients' request. */
bool service_is_harmless(const char *address);

/* The same for a port of this machine, and for who reads a FIFO with this path. */
bool service_is_harmless_port(int port);
bool service_is_harmless_fifo(const char *path);

#endif
