/* The names that /proc tells of descriptors, and what they are worth in our own view of the file system. */
#ifndef WT_TRACE_PATH_DESCRIPTOR_H
#define WT_TRACE_PATH_DESCRIPTOR_H

#include "trace/path/resolve.h"

/* The name of one of our descriptors; NULL with errno where it is longer than the kernel can say. */
char *descriptor_name(int fd);

bool descriptor_on_procfs(int fd);

/*
 * As identity_stat(), and the mount that it is on with the same call (statx(2), stx_mnt_id); 0 where the kernel does not
 * tell.
 */
int descriptor_stat(int fd, struct stat *st, int64_t *birth, uint64_t *mount);

/* Whether a string from /proc may be that of a file without a name: a file may really be called so. */
bool descriptor_is_deleted(const char *name);

/*
 * Decide what a string from /proc/PID/fd is worth: it must lead, in our view, to the object itself (out->st),
 * or the mounts must tell where it is in our view.  fd is a descriptor of ours.  Takes name over; out->path
 * and what is to be thought of it are set.
 */
void descriptor_believe(const struct whose *w, int fd, char *name, struct target *out);

/* How we came by a descriptor: by a path of our own view, or from a tracee, who may have it from anywhere. */
enum way_here { WAY_BY_PATH, WAY_FROM_TRACEE };

/* Make out from a descriptor of ours; takes fd over. */
void descriptor_adopt(const struct whose *w, int fd, enum way_here way, struct target *out);

#endif
