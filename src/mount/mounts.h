/* Mounts: which of them are ours, and from a name in a tracee's mount namespace to one in ours. */
#ifndef WT_MOUNT_MOUNTS_H
#define WT_MOUNT_MOUNTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * name is what /proc says of fd, a descriptor of ours for an object that a tracee reached through a mount
 * of its own.  The mount is looked up in the tracee's mountinfo, and the same place on the same device in
 * ours (proc(5), /proc/pid/mountinfo), among those that no tracee has made.  Returns a name under which we find the very object, for the caller
 * to free; NULL if there is none.
 */
char *mounts_translate(pid_t tid, int fd, const char *name, const struct stat *st);

/*
 * Whether the mount with this id (statx(2), stx_mnt_id) is one of our namespace, and was so before a tracee mounted
 * anything there.  What is on another one has a name that may be that of something else in our view.
 */
bool mounts_is_ours(uint64_t id);

/* Something is about to be mounted or unmounted by a tracee; it has been done. */
void mounts_before_change(void);
void mounts_after_change(void);

/* Others have mounted or unmounted something. */
void mounts_changed(void);

/* Whether one of our descriptors is on a mount that a tracee has made in our namespace: it may be gone at the end. */
bool mounts_is_made(int fd);

/* While they are hidden none is: what is on them has the name by which it is found. */
void mounts_hide_made(bool hide);

/* The file system (major:minor) and the directory of it that pid has mounted at point; both NULL where nothing is. */
void mounts_find(pid_t pid, const char *point, char **device, char **place);

#endif
