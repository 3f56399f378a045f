/* Services that write on behalf of those who ask them. */
#ifndef WT_TRACE_DECODE_SERVICE_H
#define WT_TRACE_DECODE_SERVICE_H

/* Who listens there, by a path without symbolic links, or by "@" and an abstract name; NULL: nobody of note. */
const char *service_at(const char *address);

#endif
