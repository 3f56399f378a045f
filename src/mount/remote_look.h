/*
 * Files on mounts that somebody else serves (mount/remote.h), as a helper process has seen them.
 *
 * Before a call goes on, the helper packs what it sees of each target; the recorder takes it out as stand-ins:
 * descriptors of nothing, of which fskind.h, state.h and the pre-states answer what the helper saw, and whose
 * content is a copy that it made.  They last as long as the event.  After the run a path is looked at by a
 * helper of its own.
 */
#ifndef WT_MOUNT_REMOTE_LOOK_H
#define WT_MOUNT_REMOTE_LOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "file/fskind.h"
#include "base/buf.h"
#include "event.h"

/* What was seen of one object. */
struct sight {
	struct stat st;
	enum fskind kind;	/* of its file system */
	int64_t born_ns;	/* when it was made; 0 where the file system does not say */
	bool has_content;	/* it can be read from the stand-in */
	struct file_state state;
};

/* What stands behind a descriptor of ours, if it is a stand-in; NULL: it is what it is. */
const struct sight *afar_sight(int fd);

/*
 * In the helper: pack what is behind an O_PATH descriptor, or that there is nothing (-1).  Its content is
 * copied to content_fd, unless that is -1; it counts only if the copy is whole.
 */
void afar_pack(struct buf *out, int fd, int content_fd);

/*
 * In the recorder: the next stand-in from what was packed, for the caller to close before afar_forget(); -1
 * where there was nothing.  *at begins at 0.
 */
int afar_take(const void *seen, size_t len, size_t *at, int content_fd);

/* The event is over: no descriptor is a stand-in any more. */
void afar_forget(void);

/* All targets of a call at once: its objects, and the directories that hold their names. */
void afar_pack_targets(struct buf *out, const struct call *c, const bool want_content[2]);
void afar_take_targets(struct call *c);

/*
 * What a canonical path holds now, with the digest of a regular file: in a helper of its own, for which the
 * caller waits at most HELPER_SECONDS.  A mount that gave no answer once is not asked again.  0, also where
 * nothing is there; -1 with errno where that cannot be told.
 */
int afar_look(const char *path, struct file_state *out);

#endif
