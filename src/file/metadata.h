/* Giving an object the metadata of a recorded state, each kind in the order that keeps the others. */
#ifndef WT_FILE_METADATA_H
#define WT_FILE_METADATA_H

#include <stdbool.h>

#include "event.h"

/* One kind of metadata. */
struct metadata_kind {
	unsigned differs;	/* a set of DIFFERS_*: when it is to be set */
	enum op op;
	/* fd is an O_PATH descriptor; have is its present state.  0, or -1 with errno */
	int (*set)(int fd, const struct file_state *want, const struct file_state *have);
};

/*
 * Owner, mode, extended attributes with ACLs, mtime, inode flags, in this order: chown(2) takes set-id bits
 * and capabilities away, and an immutable file takes nothing after its flags.  Ended by a row of zeros.
 */
extern const struct metadata_kind metadata_kinds[];

/* In what an object differs from a wanted state, content apart: a set of DIFFERS_*; also the mtime of directories. */
unsigned metadata_differs(const struct file_state *want, const struct file_state *have);

/* The mtime alone, nanoseconds; the atime stays.  0, or -1 with errno. */
int metadata_set_mtime(int fd, int64_t mtime_ns);

/* Set and clear inode flags of a file or directory.  0, or -1 with errno. */
int metadata_change_iflags(int fd, uint32_t set, uint32_t clear);

#endif
