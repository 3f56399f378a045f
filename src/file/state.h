/* What an object is at one moment: metadata always, content where it is asked for. */
#ifndef WT_FILE_STATE_H
#define WT_FILE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/digest.h"
#include "base/err.h"

enum file_type {
	FILE_ABSENT,
	FILE_REGULAR,
	FILE_DIRECTORY,
	FILE_SYMLINK,
	FILE_FIFO,
	FILE_SOCKET,
	FILE_CHAR,
	FILE_BLOCK,
	FILE_TYPE_COUNT
};

/* As in `changes.type`; NULL for FILE_ABSENT. */
extern const char *const state_type_names[FILE_TYPE_COUNT];

enum file_type state_type_of(mode_t mode);

/* What a path held at one moment. */
struct file_state {
	enum file_type type;
	uint32_t mode;		/* permission bits with set-id and sticky: 07777 */
	uid_t uid;
	gid_t gid;
	int64_t size_bytes;	/* of regular files; else 0 */
	int64_t mtime_ns;
	int64_t ctime_ns;	/* says that nothing happened where it is as it was; 0: not known */
	dev_t dev;
	ino_t ino;
	/*
	 * With dev and ino it names the object, for numbers are given again: when it was made, as statx(2) has it; below
	 * 0: made of its file handle where the file system does not say; 0: it has neither, or it is not known.
	 */
	int64_t birth;
	nlink_t nlink;
	dev_t rdev;		/* of devices; else 0 */
	uint32_t iflags;	/* inode flags, those a user can set; 0 where there are none */
	char *target;		/* of symbolic links; else NULL.  Owned. */
	void *xattrs;		/* names and values as xattr_pack() lays them out; NULL if none.  Owned. */
	size_t xattrs_len;
	uint16_t unread;	/* errno of what kept us from reading a part of it; 0: nothing did */
	bool has_digest;	/* of regular files whose content was read */
	struct digest digest;
};

/*
 * Fill out from an O_PATH descriptor and what identity_stat() says of it; no content.  What there is no right to read (extended
 * attributes, inode flags) counts as not there; where anything else kept us from it out->unread says so.  Free with
 * state_release().
 */
void state_of(int fd, const struct stat *st, int64_t birth, struct file_state *out);

/* What stat alone tells: no birth, attributes, target. */
void state_of_stat(const struct stat *st, struct file_state *out);

/*
 * The state of a name in an open directory, the last link not followed; FILE_ABSENT where there is none.
 * *fd is an O_PATH descriptor of it for the caller to close, or -1 with errno.
 */
void state_at(int dirfd, const char *name, struct file_state *out, int *fd);

/*
 * The same, and *opened is a descriptor to read a regular file or directory by, for the caller to close, or -1.
 * False, with errno, where there is nothing or it cannot be looked at.
 */
bool state_at_opened(int dirfd, const char *name, struct file_state *out, int *opened);

/*
 * Digest the content of a regular file given by an O_PATH descriptor, without touching its atime where
 * that is allowed, and never waiting for anything.  0, or -1 with e set.
 */
int state_digest(int fd, struct digester *d, struct file_state *out, struct err *e);

/* An O_RDONLY descriptor of a regular file or directory from an O_PATH one; -1 with errno. */
int state_open(int fd);

void state_copy(struct file_state *to, const struct file_state *from);
void state_release(struct file_state *s);

#endif
