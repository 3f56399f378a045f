/* Giving an object the metadata of a recorded state, each kind in the order that keeps the others. */
#ifndef WT_FILE_METADATA_H
#define WT_FILE_METADATA_H

#include "file/state.h"

/* One kind of metadata. */
struct metadata_kind {
	unsigned differs;	/* a set of DIFFERS_*: when it is to be set */
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

/* Give what is behind an O_PATH descriptor the metadata of a state.  only: a set of DIFFERS_*.  0, or -1 with errno. */
int metadata_set(int fd, const struct file_state *want, unsigned only);

#endif
