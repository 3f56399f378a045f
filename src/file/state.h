/* What an object is at one moment: metadata always, content where it is asked for. */
#ifndef WT_FILE_STATE_H
#define WT_FILE_STATE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/err.h"
#include "event.h"

/*
 * Fill out from an O_PATH descriptor and its fstat; no content.  What there is no right to read (extended
 * attributes, inode flags) counts as not there; where anything else kept us from it out->unread says so.  Free with
 * state_release().
 */
void state_of(int fd, const struct stat *st, struct file_state *out);

/*
 * The state of a name in an open directory, the last link not followed; FILE_ABSENT where there is none.
 * *fd is an O_PATH descriptor of it for the caller to close, or -1 with errno.
 */
void state_at(int dirfd, const char *name, struct file_state *out, int *fd);

/*
 * The same, and *opened is a descriptor to read a regular file or directory by, for the caller to close, or -1.
 * False, with errno, where there is nothing or it cannot be looked at.  dirfd is no mount of somebody else.
 */
bool state_at_opened(int dirfd, const char *name, struct file_state *out, int *opened);

/*
 * Digest the content of a regular file given by an O_PATH descriptor, without touching its atime where
 * that is allowed, and never waiting for anything.  0, or -1 with e set.
 */
int state_digest(int fd, struct digester *d, struct file_state *out, struct err *e);

/* An O_RDONLY descriptor of a regular file or directory from an O_PATH one; -1 with errno. */
int state_open(int fd);

/* Sorted names and values in one block: name NUL, length as 4 bytes in host order, value. */
void *xattr_pack(int fd, size_t *len);

/*
 * Walk such a block: *at begins at 0.  False at its end, also where the block is damaged.
 */
bool xattr_next(const void *block, size_t block_len, size_t *at, const char **name,
		const void **value, size_t *value_len);

/* Whether the attribute holds a POSIX ACL. */
bool xattr_is_acl(const char *name);

void state_copy(struct file_state *to, const struct file_state *from);
void state_release(struct file_state *s);

#endif
