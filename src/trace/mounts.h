/* Mounts: from a name in a tracee's mount namespace to one in ours. */
#ifndef WT_TRACE_MOUNTS_H
#define WT_TRACE_MOUNTS_H

#include <sys/stat.h>
#include <sys/types.h>

/*
 * name is what /proc says of fd, a descriptor of ours for an object that a tracee reached through a mount
 * of its own.  The mount is looked up in the tracee's mountinfo, and the same place on the same device in
 * ours (proc(5), /proc/pid/mountinfo).  Returns a name under which we find the very object, for the caller
 * to free; NULL if there is none.
 */
char *mounts_translate(pid_t tid, int fd, const char *name, const struct stat *st);

/* The file system (major:minor) and the directory of it that pid has mounted at point; both NULL where nothing is. */
void mounts_find(pid_t pid, const char *point, char **device, char **place);

#endif
