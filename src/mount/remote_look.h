/*
 * Files on mounts that somebody else serves (mount/remote.h), as a helper process has seen them.
 *
 * Before a call goes on, the helper packs what it sees of each target; the recorder takes it, and what it would ask a
 * descriptor of it asks the sight.  After the run a path is looked at by a helper of its own.
 */
#ifndef WT_MOUNT_REMOTE_LOOK_H
#define WT_MOUNT_REMOTE_LOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "file/fskind.h"
#include "file/state.h"
#include "base/buf.h"
#include "base/pack.h"
#include "mount/remote.h"

/* What was seen of one object. */
struct sight {
	struct stat st;
	enum fskind kind;	/* of its file system */
	int content_fd;		/* what has a copy of its content; -1: nothing.  Borrowed. */
	struct file_state state;
};

/*
 * In the helper: pack what is behind an O_PATH descriptor, or that there is nothing (-1).  Its content is
 * copied to content_fd, unless that is -1; it counts only if the copy is whole.
 */
void remote_look_pack(struct buf *out, int fd, int content_fd);

/*
 * In the recorder: the next from what was packed, for remote_look_free(); NULL where there was nothing.  It borrows
 * content_fd.
 */
struct sight *remote_look_take(struct packed *seen, int content_fd);
void remote_look_free(struct sight *sight);

/*
 * What a canonical path holds now, with the digest of a regular file: in a helper of its own, for which the
 * caller waits at most HELPER_SECONDS.  A mount that gave no answer once is not asked again.  0, also where
 * nothing is there; -1 with errno where that cannot be told.
 */
int remote_look(struct remote_mounts *r, const char *path, struct file_state *out);

#endif
