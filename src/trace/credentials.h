/* Becoming another user, as `run -u USER` does. */
#ifndef WT_TRACE_CREDENTIALS_H
#define WT_TRACE_CREDENTIALS_H

#include "base/err.h"

struct credentials;

/* Look a user up by name or number, groups included.  NULL with e set: ERR_NOT_FOUND, or ERR_SYSTEM. */
struct credentials *credentials_of(const char *user, struct err *e);
void credentials_free(struct credentials *c);

/* In the child: groups, gid, uid, then HOME, USER, LOGNAME and SHELL.  0, or -1 with errno. */
int credentials_take(const struct credentials *c);

#endif
