/* The processes of a systemd unit: those of its control group and of all below it (cgroups(7)). */
#ifndef WT_TRACE_CGROUP_H
#define WT_TRACE_CGROUP_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * The directory of the control group that systemd has made for a unit; ".service" may be left out of its name.  The
 * system's own unit goes before one of a user's manager or of a container.  A string that the caller frees, or NULL with
 * e set: none of that name runs, or several do.
 */
char *cgroup_of_unit(const char *unit, struct err *e);

/* The processes in it and below it, for the caller to free.  0, or -1 with errno where it is there no more. */
int cgroup_processes(const char *dir, pid_t **pids, size_t *n);

#endif
