/*
 * Mounts that somebody else serves: FUSE, autofs, network file systems.  Their server may be a tracee,
 * stopped; or may never answer.  The loop does not touch them: no lookup below them, no stat, no read.  What
 * has to be known of their files a helper process finds out (trace/errand.h), which alone may hang.
 *
 * Where there is no such mount nothing here costs more than a look at a flag.
 */
#ifndef WT_MOUNT_REMOTE_H
#define WT_MOUNT_REMOTE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * What a function returns with errno where it would have to touch one.  No file system's lookup gives it:
 * "object is remote" is a word of RFS (errno(3)).
 */
#define EREMOTE_MOUNT EREMOTE

/* Read our own mounts if they may have changed; cheap enough for each call. */
void remote_refresh(void);

/* Our mounts, or those that a tracee sees, have changed or are met for the first time. */
void remote_read(pid_t tid);

/* Whether there is any such mount in a namespace that has been read. */
bool remote_any(void);

/* Whether a descriptor of ours, or of a tracee, is on one. */
bool remote_fd(int fd);
bool remote_fd_of(pid_t tid, int fd);

/* Whether a canonical path of ours is one's mount point, or lies below. */
bool remote_covers(const char *path);

/* The mount point that covers it; NULL if there is none.  Good until the next remote_refresh(). */
const char *remote_point(const char *path);

/* lstat(2) of a canonical path: -1 with EREMOTE_MOUNT where a mount of somebody else would have to be asked. */
int remote_lstat(const char *path, struct stat *st);

/* Whether what pid executes is on such a mount that gives nobody the privilege of its files (nosuid). */
bool remote_is_nosuid_exe(pid_t pid);

/*
 * Whether such mounts are looked for at all; they are not at first.  Who serves nobody meanwhile (a command
 * that reads, or undoes) may wait for them as every program does, and a helper has to.  Returns what it was
 * before.
 */
bool remote_guard(bool on);

#endif
