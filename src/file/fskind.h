/* Which file systems hold files whose changes count. */
#ifndef WT_FILE_FSKIND_H
#define WT_FILE_FSKIND_H

#include <stdbool.h>
#include <sys/types.h>

enum fskind {
	FS_FILES,		/* files that stay as they are left */
	FS_PROC,		/* procfs */
	FS_KERNEL,		/* the kernel's own: sysfs, cgroup, debugfs … */
	FS_OVERLAY,		/* files, but an object may change its number when first written */
	FS_NONE,		/* pipes, sockets, anonymous files */
};

/* Of the file system that fd is on; dev is its st_dev, for which the answer is remembered. */
enum fskind fskind_of(int fd, dev_t dev);

/* Whether the file system of that st_dev is known already, without a look at it; *kind is what it is. */
bool fskind_known(dev_t dev, enum fskind *kind);

/* What somebody else has found out of it. */
void fskind_note(dev_t dev, enum fskind kind);

/* st_dev of the object behind fd; 0 where it cannot be had. */
dev_t fskind_dev(int fd);

/* Whether paths on it belong into `changes`. */
bool fskind_counts(enum fskind kind);

#endif
