/* Extended attributes as one block: sorted, each name NUL, length as 4 bytes in host order, value. */
#ifndef WT_FILE_XATTR_H
#define WT_FILE_XATTR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Those of the object behind fd, an O_PATH descriptor; or behind opened, one that can be read, unless that is -1.  A new
 * block for the caller to free, NULL where there are none.  *error is 0, or what kept us from reading them all.
 */
void *xattr_pack(int fd, int opened, size_t *len, int *error);

/*
 * Walk such a block: *at begins at 0.  False at its end, also where the block is damaged.
 */
bool xattr_next(const void *block, size_t block_len, size_t *at, const char **name,
		const void **value, size_t *value_len);

/* Whether the attribute holds a POSIX ACL. */
bool xattr_is_acl(const char *name);

#endif
