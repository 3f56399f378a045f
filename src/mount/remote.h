/*
 * Mounts that somebody else serves: FUSE, autofs, network file systems.  Their server may be a tracee,
 * stopped; or may never answer.  The loop does not touch them: no lookup below them, no stat, no read.  What
 * has to be known of their files a helper process finds out (trace/errand.h), which alone may hang.
 *
 * Who must not touch them knows them by a struct remote_mounts.  NULL is for those who serve nobody meanwhile: a
 * command that reads, or undoes, may wait for such mounts as every program does, and a helper has to.  To them there
 * is no such mount: false, NULL, or what the plain call says.
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

struct remote_mounts;

struct remote_mounts *remote_new(void);
void remote_free(struct remote_mounts *r);

/* Read our own mounts if they may have changed; cheap enough for each call.  Whether they have been read. */
bool remote_refresh(struct remote_mounts *r);

/* Our mounts, or those that a tracee sees, have changed or are met for the first time.  Returns the same. */
bool remote_read(struct remote_mounts *r, pid_t tid);

/* Whether there is any such mount in a namespace that has been read. */
bool remote_any(const struct remote_mounts *r);

/* Whether a file on that device may be on one: on any that no mount of another kind has shown to us. */
bool remote_serves_device(const struct remote_mounts *r, unsigned major, unsigned minor);

/* Whether a descriptor of ours, or of a tracee, is on one. */
bool remote_fd(const struct remote_mounts *r, int fd);
bool remote_fd_of(const struct remote_mounts *r, pid_t tid, int fd);

/* Whether a canonical path of ours is one's mount point, or lies below. */
bool remote_covers(const struct remote_mounts *r, const char *path);

/* lstat(2) of a canonical path: -1 with EREMOTE_MOUNT where a mount of somebody else would have to be asked. */
int remote_lstat(const struct remote_mounts *r, const char *path, struct stat *st);

/* As open_canonical() and open_canonical_parent(): -1 with EREMOTE_MOUNT in the same case. */
int remote_open(const struct remote_mounts *r, const char *path, int flags);
int remote_open_parent(const struct remote_mounts *r, const char *path);

/* Whether what pid executes is on such a mount that gives nobody the privilege of its files (nosuid). */
bool remote_is_nosuid_exe(const struct remote_mounts *r, pid_t pid);

/* A look at this path has had no answer: the mount that covers it is not asked again. */
void remote_note_silent(struct remote_mounts *r, const char *path);
bool remote_is_silent(const struct remote_mounts *r, const char *path);

#endif
