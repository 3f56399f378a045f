/*
 * From what a tracee passes (a directory descriptor, raw bytes) to a name in our own view of the file
 * system.  Symbolic links and ".." are left to the kernel, through O_PATH descriptors.
 */
#ifndef WT_TRACE_PATH_RESOLVE_H
#define WT_TRACE_PATH_RESOLVE_H

#include <stdbool.h>
#include <sys/types.h>

#include "event.h"
#include "trace/path/kept_dirs.h"
#include "trace/path/proc.h"

/* What holds for all who are looked at. */
struct path_view {
	/*
	 * Each may have a root or a mount namespace of its own: paths are walked from its root, and what /proc says is
	 * compared with what we find.  Once true it stays so.
	 */
	bool roots_differ;
	struct proc_dirs dirs;
	struct kept_dirs kept;
};

struct mounts;
struct remote_mounts;

/* Who asks: thread ids, since threads may have unshared descriptors or directories. */
struct whose {
	pid_t tid;
	pid_t pid;		/* its process, for procfs' "self" */
	const char *cwd;	/* its last known directory, for when /proc is closed to us; may be NULL */
	struct path_view *view;
	struct mounts *mounts;	/* of our namespace */
	const struct remote_mounts *remote;	/* those that are not ours to touch; NULL: all are */
	bool made_count;	/* what is on a mount that a tracee has made is called as it is seen, too */
};

enum {
	LOOKUP_FOLLOW = 1 << 0,	/* a symbolic link in the last component is followed */
	LOOKUP_NAME = 1 << 1,	/* the call acts on the name in its directory: dir_fd is wanted */
	LOOKUP_CREATE = 1 << 2,	/* an open that may make the file, also where a dangling symlink leads */
	LOOKUP_EMPTY = 1 << 3,	/* "" means the descriptor itself (AT_EMPTY_PATH) */
	LOOKUP_IN_ROOT = 1 << 4, /* dirfd is the root for this path (openat2(2), RESOLVE_IN_ROOT) */
};

/*
 * Find what raw, relative to dirfd, is about to mean.  out is TARGET_INIT before; target_release() frees it.
 * Where nothing is there, out->fd is -1 and path is where it would be.  A path that leads nowhere is put
 * together from the part that exists and the rest as given.  out->sight is TARGET_UNKNOWN where the kernel could
 * not be asked: out->path is then what the tracee named.
 *
 * Here and below, a mount that somebody else serves is not touched (mount/remote.h): TARGET_REMOTE says that the
 * way leads there, and nothing else is known; path is its mount point where the way ends there.
 */
void resolve_path(const struct whose *w, int dirfd, const char *raw, unsigned how, struct target *out);

/*
 * The same for a descriptor of the tracee.  Returns false if it has no such descriptor.  The string that
 * /proc gives is believed only if it leads to the same object in our view (proc(5),
 * "/proc/pid/fd/"); else out->sight says why not.
 */
bool resolve_fd(const struct whose *w, int fd, struct target *out);

/*
 * As resolve_fd, without an O_PATH descriptor of our own: only what is needed after an open.  expected is what was
 * found where it went, before it; NULL: that is not known.  Where it was that object, or the name that was to be made,
 * out is named as it is.
 */
bool resolve_opened(const struct whose *w, int fd, const struct target *expected, struct target *out);

/* Make out from a descriptor of ours; takes fd over. */
void resolve_adopt(const struct whose *w, int fd, struct target *out);

#endif
