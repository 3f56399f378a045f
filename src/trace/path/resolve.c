/*
 * From a tracee's names to ours.  The usual case is one openat2(2) from the tracee's directory; names that
 * touch procfs (whose "self" would be us) and tracees with a root of their own are walked component by
 * component in walk.c.
 */
#include "config.h"

#include "trace/path/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "file/fskind.h"
#include "file/identity.h"
#include "trace/path/descriptor.h"
#include "mount/remote.h"
#include "trace/path/target.h"
#include "trace/path/walk.h"

enum { MAX_SYMLINKS = 40 };

/* Where a path starts, and for whom. */
struct way {
	const struct whose *whose;
	int base;		/* O_PATH descriptor; AT_FDCWD for an absolute path in our own root */
	uint64_t resolve;	/* for openat2(2) */
	char **remote;		/* the mount point where the way ended, not ours to touch; what it points to is owned */
};

static int
open_path(const struct way *way, const char *name, unsigned flags)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC | flags,
		.resolve = way->resolve,
	};

	return (int)syscall(SYS_openat2, way->base, name, &how, sizeof(how));
}

void
resolve_adopt(const struct whose *w, int fd, struct target *out)
{
	descriptor_adopt(w, fd, WAY_BY_PATH, out);
}

/* What is behind a link in a tracee's /proc; -1 with errno, EREMOTE_MOUNT where it is not ours to touch. */
static int
open_link(const struct whose *w, const char *link)
{
	struct buf name = BUF_INIT;
	int proc = proc_dir_of(&w->view->dirs, w->tid);
	bool remote;
	int fd;

	if (proc < 0)
		return -1;
	/* network file systems are asked at this open already (their d_weak_revalidate): the name comes first */
	remote = remote_any(w->remote) && io_readlink(proc, link, &name) == 0 && remote_covers(w->remote, name.data);
	buf_release(&name);
	fd = remote ? -1 : openat(proc, link, O_PATH | O_CLOEXEC);
	if (!remote && !remote_fd(w->remote, fd))
		return fd;
	io_close(&fd);
	errno = EREMOTE_MOUNT;
	return -1;
}

/* The descriptor from which a path starts; AT_FDCWD for "/" in our own root.  -1 with errno. */
static int
open_base(const struct whose *w, int dirfd, const char *raw)
{
	char room[IO_FD_ROOM];

	if (raw[0] == '/')
		return w->view->roots_differ ? open_link(w, "root") : AT_FDCWD;
	if (dirfd == AT_FDCWD)
		return open_link(w, "cwd");
	return open_link(w, io_fd_link(room, dirfd));
}

static void
close_base(int base)
{
	if (base >= 0)
		close(base);
}

/* The name of a mount point can be told without a question to whoever serves the mount. */
static int
leave_remote(const struct way *way, int fd)
{
	if (!remote_fd(way->whose->remote, fd))
		return fd;
	free(*way->remote);
	*way->remote = descriptor_name(fd);
	close(fd);
	errno = EREMOTE_MOUNT;
	return -1;
}

static int
walk_on(const struct way *way, const char *raw, bool follow)
{
	return leave_remote(way, walk_path(way->whose, way->base, raw, follow));
}

/*
 * The same where some mounts are not ours to touch: what the kernel has in its memory it finds without a
 * question to anybody (RESOLVE_CACHED, Linux 5.12); else the way is walked step by step.
 */
static int
lookup_guarded(const struct way *way, const char *raw, bool follow)
{
	struct way within = *way;
	int fd;

	within.resolve |= way->resolve & RESOLVE_IN_ROOT ? RESOLVE_NO_XDEV : RESOLVE_CACHED;
	fd = open_path(&within, raw, follow ? 0 : O_NOFOLLOW);
	if (way->resolve & RESOLVE_IN_ROOT) {
		if (fd < 0 && errno == EXDEV)
			errno = EREMOTE_MOUNT;
		return fd;
	}
	fd = leave_remote(way, fd);
	if (fd < 0 && errno == EREMOTE_MOUNT)
		return -1;
	if (fd >= 0 ? descriptor_on_procfs(fd) : errno != ENOENT && errno != ENOTDIR) {
		io_close(&fd);
		return walk_on(way, raw, follow);
	}
	return fd;
}

/* One step of the way in our own root, or the careful walk where that could go astray.  -1 with errno. */
static int
lookup_path(const struct way *way, const char *raw, bool follow)
{
	int fd;

	if (way->whose->view->roots_differ && !(way->resolve & RESOLVE_IN_ROOT))
		return walk_on(way, raw, follow);
	if (remote_any(way->whose->remote))
		return lookup_guarded(way, raw, follow);
	if (way->resolve & RESOLVE_IN_ROOT)
		return open_path(way, raw, follow ? 0 : O_NOFOLLOW);
	fd = open_path(way, raw, follow ? 0 : O_NOFOLLOW);
	if (fd >= 0 ? descriptor_on_procfs(fd) : errno == ELOOP) {
		io_close(&fd);
		return walk_on(way, raw, follow);
	}
	return fd;
}

/* A look has failed: only some errors say that nothing is there. */
static void
note_error(int error, struct target *out)
{
	if (!io_means_absent(error) && out->sight != TARGET_REMOTE && out->sight != TARGET_HIDDEN)
		out->sight = TARGET_UNSEEN;
}

/* What is left of a way that ends early: the part that exists, then the rest as given. */
static void
approximate_target(const struct way *way, const char *raw, struct target *out)
{
	char *dir = NULL, *name = NULL, *tail = NULL;
	char *head = xstrdup(raw);
	int fd = -1;

	while (path_split(head, &dir, &name)) {
		char *longer = tail ? path_join(name, tail) : xstrdup(name);

		free(tail);
		tail = longer;
		free(head);
		head = dir;
		free(name);
		fd = lookup_path(way, head, true);
		if (fd < 0 && errno == EREMOTE_MOUNT)
			out->sight = TARGET_REMOTE;
		if (fd >= 0 || out->sight == TARGET_REMOTE)
			break;
	}
	free(head);
	if (fd >= 0 && tail && !path_has_dot_dot(tail)) {
		struct target known = TARGET_INIT;

		resolve_adopt(way->whose, fd, &known);
		target_name_in(out, &known, tail);
		fd = known.fd;
		free(known.path);
	}
	io_close(&fd);
	free(tail);
}

static void
guess_target(const struct way *way, const char *raw, int error, struct target *out)
{
	approximate_target(way, raw, out);
	note_error(error, out);
}

/*
 * Set out to a name in a directory of ours that is open; takes dir_fd over.  In a directory that has lost
 * its own name nothing can be made: the path stays as the tracee gave it.
 */
static void
name_in_directory(const struct whose *w, int dir_fd, const char *name, struct target *out)
{
	struct target dir = TARGET_INIT;

	resolve_adopt(w, dir_fd, &dir);
	target_name_in(out, &dir, name);
	if (dir.sight == TARGET_ANONYMOUS)
		out->sight = TARGET_ANONYMOUS;
	free(dir.path);
	out->dir_fd = dir.fd;
	out->dir_dev = dir.st.st_dev;
	out->fd = openat(out->dir_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (out->fd < 0) {
		note_error(errno, out);
		return;
	}
	if (remote_fd(w->remote, out->fd))
		out->sight = TARGET_REMOTE;
	else if (identity_stat(out->fd, &out->st, &out->birth) == 0)
		return;
	else
		note_error(errno, out);
	memset(&out->st, 0, sizeof(out->st));
	io_close(&out->fd);
}

/* The name that a call acts on: the directory by the kernel, the last component as it stands. */
static void
resolve_name(const struct way *way, const char *raw, struct target *out)
{
	char *dir = NULL, *name = NULL;
	int dir_fd;

	if (!path_split(raw, &dir, &name)) {
		int fd = lookup_path(way, raw, false);

		if (fd >= 0)
			resolve_adopt(way->whose, fd, out);
		else if (errno == EREMOTE_MOUNT)
			out->sight = TARGET_REMOTE;
		return;
	}
	dir_fd = lookup_path(way, dir, true);
	if (dir_fd < 0 && errno != EREMOTE_MOUNT && way->resolve != RESOLVE_IN_ROOT)
		dir_fd = walk_on(way, dir, true);
	if (dir_fd >= 0)
		name_in_directory(way->whose, dir_fd, name, out);
	else if (errno == EREMOTE_MOUNT)
		out->sight = TARGET_REMOTE;
	else
		guess_target(way, raw, errno, out);
	free(dir);
	free(name);
}

/*
 * Where a link leads on from.  Under RESOLVE_IN_ROOT everything starts at that root, so that what is
 * relative keeps the way to the link's directory in front.  Takes next and the link's text over.
 */
static char *
link_target(const struct way *way, char *next, struct buf *link)
{
	char *target = buf_detach(link);
	char *dir = NULL, *name = NULL, *whole;

	if (way->resolve != RESOLVE_IN_ROOT || target[0] == '/' || !path_split(next, &dir, &name)) {
		free(next);
		return target;
	}
	whole = path_join(dir, target);
	free(dir);
	free(name);
	free(next);
	free(target);
	return whole;
}

/*
 * Nothing is there: find where an open would make it.  A dangling symbolic link leads on; its text is
 * relative to the directory that holds it (open(2), O_CREAT).
 */
static void
resolve_absent(const struct way *way, const char *raw, struct target *out)
{
	char *next = xstrdup(raw);
	struct way from = *way;

	for (int i = 0; i < MAX_SYMLINKS; i++) {
		struct buf link = BUF_INIT;

		resolve_name(&from, next, out);
		if (from.base != way->base)
			close_base(from.base);
		from.base = way->base;
		if (out->fd < 0 || !S_ISLNK(out->st.st_mode) ||
		    io_readlink(out->fd, "", &link) < 0) {
			buf_release(&link);
			break;
		}
		next = link_target(&from, next, &link);
		if (next[0] == '/' && way->resolve != RESOLVE_IN_ROOT) {
			from.base = open_base(way->whose, AT_FDCWD, "/");
		} else if (way->resolve != RESOLVE_IN_ROOT) {
			from.base = out->dir_fd;
			out->dir_fd = -1;
		}
		target_forget(out);
	}
	if (from.base != way->base)
		close_base(from.base);
	free(next);
}

/* Take an object of ours as the target; false if it lies deeper than its name can be said. */
static bool
adopt_found(const struct way *way, int fd, struct target *out)
{
	resolve_adopt(way->whose, fd, out);
	if (out->sight != TARGET_UNKNOWN && out->sight < TARGET_UNSEEN)
		return true;
	target_close(out);
	return false;
}

/*
 * The kernel found nothing for us.  A symbolic link in the end, or procfs on the way, may lead the tracee
 * to a descriptor of its own where we have none of that number: that is for the careful walk to find out.
 */
static void
resolve_missing(const struct way *way, const char *raw, unsigned how, struct target *out)
{
	bool link;
	int fd;

	resolve_name(way, raw, out);
	link = out->fd >= 0 && S_ISLNK(out->st.st_mode);
	if (!(how & LOOKUP_FOLLOW) || (!link && (out->dir_fd < 0 || !descriptor_on_procfs(out->dir_fd))))
		return;
	fd = way->resolve == RESOLVE_IN_ROOT ? -1 : walk_on(way, raw, true);
	if (fd < 0 && !link)
		return;
	if (fd < 0 && errno == EREMOTE_MOUNT) {
		out->sight = TARGET_REMOTE;
		return;
	}
	target_forget(out);
	if (fd < 0 || !adopt_found(way, fd, out))
		resolve_absent(way, raw, out);
}

static void
resolve_from(const struct way *way, const char *raw, unsigned how, struct target *out)
{
	int fd;

	if (how & LOOKUP_NAME) {
		resolve_name(way, raw, out);
		return;
	}
	fd = lookup_path(way, raw, how & LOOKUP_FOLLOW);
	if (fd < 0 && errno == EREMOTE_MOUNT)
		out->sight = TARGET_REMOTE;
	else if (fd < 0 && errno != ELOOP)
		resolve_missing(way, raw, how, out);
	else if (fd < 0)
		resolve_name(way, raw, out);
	else if (!adopt_found(way, fd, out))
		resolve_name(way, raw, out);
}

/*
 * A tracee that is not dumpable closes its /proc entries to us (proc(5), /proc/pid/; ptrace(2),
 * PTRACE_MODE_READ_FSCREDS): then its directory is taken to be the one that it was last known to be in.
 */
static void
from_last_known(struct way *way, int dirfd, const char *raw, unsigned how, struct target *out)
{
	if (errno != EACCES && errno != EPERM)
		return;		/* there is no such descriptor, or no such process any more */
	out->closed = true;
	if (dirfd != AT_FDCWD || !way->whose->cwd)
		return;
	free(out->path);
	out->path = path_join(way->whose->cwd, raw);
	if (remote_covers(way->whose->remote, way->whose->cwd)) {
		out->sight = TARGET_REMOTE;
		return;
	}
	way->base = open(way->whose->cwd, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (way->base < 0)
		return;
	resolve_from(way, raw, how, out);
	close_base(way->base);
}

/* Nothing is said of what is on a mount that is not ours to touch, but its mount point's name. */
static void
put_remote_aside(struct target *out, const char *mount_point)
{
	target_forget(out);
	if (!mount_point)
		return;
	free(out->path);
	out->path = xstrdup(mount_point);
}

void
resolve_path(const struct whose *w, int dirfd, const char *raw, unsigned how, struct target *out)
{
	char *remote = NULL;
	struct way way = { .whose = w, .resolve = RESOLVE_NO_MAGICLINKS, .remote = &remote };

	free(out->path);
	out->path = xstrdup(raw);
	if (raw[0] == '\0') {
		if (how & LOOKUP_EMPTY)
			resolve_fd(w, dirfd, out);
		return;
	}
	if (strlen(raw) >= PATH_MAX)
		return;
	if (kept_dirs_resolve(w, dirfd, raw, how, out))
		return;
	if (how & LOOKUP_IN_ROOT)
		way.resolve = RESOLVE_IN_ROOT;
	way.base = open_base(w, dirfd, how & LOOKUP_IN_ROOT ? "." : raw);
	if (way.base >= 0 || way.base == AT_FDCWD)
		resolve_from(&way, raw, how, out);
	else if (errno == EREMOTE_MOUNT)
		out->sight = TARGET_REMOTE;
	else
		from_last_known(&way, dirfd, raw, how, out);
	close_base(way.base);
	if (out->sight == TARGET_REMOTE)
		put_remote_aside(out, remote);
	free(remote);
	if (out->sight == TARGET_RESOLVED && !(how & LOOKUP_IN_ROOT))
		kept_dirs_note(w, dirfd, raw);
}

/* A descriptor on a mount that is not ours to touch has a name all the same. */
static bool
find_remote(const struct whose *w, int fd, struct target *out)
{
	struct buf name = BUF_INIT;
	char room[IO_FD_ROOM];

	if (!remote_fd_of(w->remote, w->tid, fd))
		return false;
	if (io_readlink(proc_dir_of(&w->view->dirs, w->tid), io_fd_link(room, fd), &name) == 0) {
		free(out->path);
		out->path = buf_detach(&name);
	}
	buf_release(&name);
	put_remote_aside(out, NULL);
	out->sight = out->path ? TARGET_REMOTE : TARGET_UNKNOWN;
	return out->path != NULL;
}

bool
resolve_fd(const struct whose *w, int fd, struct target *out)
{
	int ours;

	if (fd >= 0 && find_remote(w, fd, out))
		return true;
	ours = open_base(w, fd, ".");
	if (ours < 0 && errno == EREMOTE_MOUNT) {
		out->sight = TARGET_REMOTE;
		free(out->path);
		out->path = xstrdup(".");
		return true;
	}
	if (ours < 0)
		return false;
	descriptor_adopt(w, ours, WAY_FROM_TRACEE, out);
	if (out->path)
		return true;
	out->path = xasprintf("/proc/%d/fd/%d", (int)w->pid, fd);
	return true;
}

/* The object is the one that was found before the call: it is known by that name. */
static bool
is_expected_object(const struct target *expected, const struct stat *st)
{
	return expected && expected->sight == TARGET_RESOLVED && expected->st.st_nlink > 0 &&
	       identity_same(&expected->st, st);
}

/*
 * Nothing was there, and the kernel calls what was opened by that name.  In a root or in a mount namespace of its own
 * that may be the name of another file.
 */
static bool
has_expected_name(const struct whose *w, const struct target *expected, const char *name)
{
	return !w->view->roots_differ && expected && expected->sight == TARGET_RESOLVED && expected->st.st_nlink == 0 &&
	       strcmp(expected->path, name) == 0 && !descriptor_is_deleted(name);
}

/* What a descriptor of the tracee is, with its birth, by its /proc entry: nothing is opened. */
static int
stat_link(int proc, const char *link, struct target *out)
{
	enum fskind kind;
	struct statx sx;
	bool is_copy;

	if (statx(proc, link, 0, STATX_BASIC_STATS | STATX_BTIME, &sx) < 0)
		return fstatat(proc, link, &out->st, 0);
	identity_stat_of(&sx, &out->st);
	out->birth = sx.stx_mask & STATX_BTIME ? identity_birth_of(&sx, -1) : 0;
	if (fskind_known(out->st.st_dev, &kind) && kind == FS_OVERLAY) {
		out->made_ns = identity_overlay_birth(&sx, &is_copy);
		if (is_copy)
			out->made_ns = 0;
	}
	return 0;
}

bool
resolve_opened(const struct whose *w, int fd, const struct target *expected, struct target *out)
{
	int proc = proc_dir_of(&w->view->dirs, w->tid);
	struct buf name = BUF_INIT;
	char room[IO_FD_ROOM];
	const char *link = io_fd_link(room, fd);
	bool known;
	int ours;

	if (find_remote(w, fd, out))
		return true;
	if (proc < 0 || stat_link(proc, link, out) < 0)
		return false;
	known = is_expected_object(expected, &out->st);
	if (!known && io_readlink(proc, link, &name) < 0) {
		buf_release(&name);
		return false;
	}
	if (known || has_expected_name(w, expected, name.data)) {
		out->sight = TARGET_RESOLVED;
		free(out->path);
		out->path = xstrdup(expected->path);
		buf_release(&name);
		return true;
	}
	ours = w->view->roots_differ ? openat(proc, link, O_PATH | O_CLOEXEC) : -1;
	descriptor_believe(w, ours, buf_detach(&name), out);
	io_close(&ours);
	return true;
}
