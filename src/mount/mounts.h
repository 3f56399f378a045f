/* Mounts: which of them are ours, and from a name in a tracee's mount namespace to one in ours. */
#ifndef WT_MOUNT_MOUNTS_H
#define WT_MOUNT_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct remote_mounts;

struct mount_ids {
	uint64_t *id;
	size_t n;
};

/* The mounts of our namespace, as far as they are known; zeros at first. */
struct mounts {
	bool known;
	bool frozen;		/* a tracee mounts or unmounts: what is new from now on counts as made by it */
	struct mount_ids old, made;
	dev_t *run_dev;		/* file systems that tracees have made, where only they see them */
	size_t n_run_dev;
};

void mounts_release(struct mounts *m);

/*
 * name is what /proc says of fd, a descriptor of ours for an object that a tracee reached through a mount
 * of its own.  The mount is looked up in the tracee's mountinfo, and the same place on the same device in
 * ours (proc(5), /proc/pid/mountinfo), among those that no tracee has made.  Returns a name under which we find the
 * very object, for the caller to free; NULL if there is none, or on a mount that is not ours to touch.
 */
char *mounts_translate(const struct mounts *m, const struct remote_mounts *remote, pid_t tid, int fd, const char *name,
		       const struct stat *st);

/*
 * Whether the mount with this id (statx(2), stx_mnt_id) is one of our namespace, and was so before a tracee mounted
 * anything there.  What is on another one has a name that may be that of something else in our view.
 */
bool mounts_is_ours(struct mounts *m, uint64_t id);

/* Something is about to be mounted or unmounted by a tracee; it has been done. */
void mounts_before_change(struct mounts *m);
void mounts_after_change(struct mounts *m);

/* Others have mounted or unmounted something. */
void mounts_changed(struct mounts *m);

/* Whether one of our descriptors is on a mount that a tracee has made in our namespace: it may be gone at the end. */
bool mounts_is_made(const struct mounts *m, int fd);

/* A tracee has made the file system with this number, where we do not see it. */
void mounts_note_run_dev(struct mounts *m, dev_t dev);

/*
 * The same for what tid has mounted last, in a mount namespace that is not ours: new mounts stand at the end of its
 * mountinfo.  Only file systems without a device are made with their mount.
 */
void mounts_note_newest(struct mounts *m, pid_t tid);

/*
 * Whether what is at fd, a descriptor of ours, with this number, lies in memory that was made by the run and that only
 * the run sees: nothing was there before, and nothing is left of it.
 */
bool mounts_is_run_memory(const struct mounts *m, int fd, dev_t dev);

/* The file system (major:minor) and the directory of it that pid has mounted at point; both NULL where nothing is. */
void mounts_find(pid_t pid, const char *point, char **device, char **place);

#endif
