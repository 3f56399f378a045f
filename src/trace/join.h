/*
 * A run that is begun within another one: a process has room for one tracer, so that it joins the record of the run that
 * traces it.  It asks by a call that no kernel knows, prctl(JOIN_OPTION, NAME, ENTER), which that run's tracer answers in
 * the kernel's place (decode_prctl()).
 */
#ifndef WT_TRACE_JOIN_H
#define WT_TRACE_JOIN_H

#include <stdbool.h>

enum {
	JOIN_OPTION = 0x57544a4e,
	JOIN_NAME_SIZE = 4096,		/* of the longest name, with its NUL */
};

/*
 * The number of the run that traces the caller; with enter the caller is a run of that record from now on, by that name
 * (NULL: none).  -1 with errno: EINVAL where no tracer of ours traces it, EPERM where it is another user's.
 */
int join_ask(const char *name, bool enter);

#endif
