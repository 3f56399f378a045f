/* The careful walk: what the kernel does for the tracee, done in steps that cannot mistake us for it. */
#include "config.h"

#include "trace/path/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "file/identity.h"
#include "mount/remote.h"
#include "trace/path/descriptor.h"
#include "trace/path/proc.h"

enum { PROC_ROOT_INO = 1, MAX_SYMLINKS = 40 };

struct walk {
	const struct whose *whose;
	int at;			/* where we are: O_PATH */
	int root;		/* the tracee's root: O_PATH */
	bool root_remote;	/* it is on a mount that is not ours to look into */
	char *rest;		/* what is still to walk.  Owned. */
	int symlinks;
	bool remote;		/* where we are is not ours to look into */
};

/* A directory that is bound elsewhere is another place: ".." leads on from there. */
static bool
same_place(int a, int b)
{
	uint64_t mount_a, mount_b;
	int64_t birth_a, birth_b;
	struct stat sa, sb;

	return descriptor_stat(a, &sa, &birth_a, &mount_a) == 0 &&
	       descriptor_stat(b, &sb, &birth_b, &mount_b) == 0 &&
	       identity_same(&sa, &sb) && mount_a == mount_b;
}

static int
move_to(struct walk *k, int fd)
{
	if (fd < 0)
		return -1;
	close(k->at);
	k->at = fd;
	return 0;
}

/* Take the first component off the rest; false if there is none. */
static bool
next_component(struct walk *k, char **name)
{
	const char *p = k->rest;
	size_t len;
	char *rest;

	while (*p == '/')
		p++;
	if (*p == '\0')
		return false;
	len = strcspn(p, "/");
	*name = xstrndup(p, len);
	rest = xstrdup(p + len);
	free(k->rest);
	k->rest = rest;
	return true;
}

/* procfs' two links to "myself", in the root of one of its instances. */
static bool
is_self(const struct walk *k, const char *name)
{
	struct stat st;

	return (strcmp(name, "self") == 0 || strcmp(name, "thread-self") == 0) && fstat(k->at, &st) == 0 &&
	       st.st_ino == PROC_ROOT_INO && descriptor_on_procfs(k->at);
}

/*
 * The way to the tracee's own entry from there.  An instance of procfs counts as its PID namespace does, which need
 * not be ours.  -1 with errno, ENOENT where it does not have the tracee.
 */
static int
open_self(const struct walk *k, const char *name)
{
	pid_t pid = proc_number_in(k->at, k->whose->pid);
	char path[64];
	pid_t tid;

	if (pid <= 0) {
		errno = ENOENT;
		return -1;
	}
	if (strcmp(name, "self") == 0) {
		snprintf(path, sizeof(path), "%d", (int)pid);
	} else {
		tid = proc_number_in(k->at, k->whose->tid);
		snprintf(path, sizeof(path), "%d/task/%d", (int)pid, (int)tid);
	}
	return openat(k->at, path, O_PATH | O_CLOEXEC);
}

/* A link whose text is for people only: the kernel alone can follow it (proc(5), /proc/pid/fd/ and others). */
static bool
is_magic(int dirfd, const char *name)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	if (!descriptor_on_procfs(dirfd))
		return false;
	fd = (int)syscall(SYS_openat2, dirfd, name, &how, sizeof(how));
	if (fd >= 0) {
		close(fd);
		return false;
	}
	return errno == ELOOP;
}

/* Put a link's text before the rest, and start at the root if it says so. */
static int
expand_link(struct walk *k, int link)
{
	struct buf text = BUF_INIT;

	if (++k->symlinks > MAX_SYMLINKS) {
		errno = ELOOP;
		return -1;
	}
	if (io_readlink(link, "", &text) < 0) {
		buf_release(&text);
		return -1;
	}
	if (text.data[0] == '/') {
		if (move_to(k, fcntl(k->root, F_DUPFD_CLOEXEC, 0)) < 0) {
			buf_release(&text);
			return -1;
		}
		k->remote = k->root_remote;
	}
	buf_addstr(&text, k->rest);
	free(k->rest);
	k->rest = buf_detach(&text);
	return 0;
}

/*
 * One step.  On the way, *remote says whether it has led to a mount that is not ours to touch; opening its
 * mount point asks nobody, all else would.
 */
static int
step_to(const struct walk *k, const char *name, bool *remote)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV,
	};
	int fd;

	*remote = false;
	if (!remote_any(k->whose->remote))
		return openat(k->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	fd = (int)syscall(SYS_openat2, k->at, name, &how, sizeof(how));
	if (fd >= 0 || errno != EXDEV)
		return fd;
	fd = openat(k->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	*remote = remote_fd(k->whose->remote, fd);
	return fd;
}

static int
enter_component(struct walk *k, const char *name, bool follow)
{
	struct stat st;
	bool remote = false;
	int next;
	int rc;

	if (k->remote) {
		errno = EREMOTE_MOUNT;
		return -1;
	}
	if (strcmp(name, ".") == 0)
		return 0;
	if (strcmp(name, "..") == 0 && !k->root_remote && same_place(k->at, k->root))
		return 0;
	next = is_self(k, name) ? open_self(k, name) : step_to(k, name, &remote);
	if (next < 0)
		return -1;
	if (remote) {
		k->remote = true;
		return move_to(k, next);
	}
	if (fstat(next, &st) < 0) {
		close(next);
		return -1;
	}
	if (!S_ISLNK(st.st_mode) || (k->rest[0] == '\0' && !follow))
		return move_to(k, next);
	if (is_magic(k->at, name)) {
		close(next);
		next = openat(k->at, name, O_PATH | O_CLOEXEC);
		k->remote = remote_fd(k->whose->remote, next);
		return move_to(k, next);
	}
	rc = expand_link(k, next);
	close(next);
	return rc;
}

static int
start_walk(struct walk *k, int base, const char *raw)
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/%d/root", (int)k->whose->tid);
	k->root = open(link, O_PATH | O_CLOEXEC);
	if (k->root < 0)
		k->root = open("/", O_PATH | O_CLOEXEC);
	if (k->root < 0)
		return -1;
	k->root_remote = remote_fd(k->whose->remote, k->root);
	k->at = fcntl(raw[0] == '/' ? k->root : base, F_DUPFD_CLOEXEC, 0);
	k->remote = remote_fd(k->whose->remote, k->at);
	return k->at < 0 ? -1 : 0;
}

int
walk_path(const struct whose *w, int base, const char *raw, bool follow)
{
	struct walk k = { .whose = w, .at = -1, .root = -1, .rest = xstrdup(raw) };
	char *name;
	int rc = start_walk(&k, base, raw);

	while (rc == 0 && next_component(&k, &name)) {
		rc = enter_component(&k, name, follow);
		free(name);
	}
	io_close(&k.root);
	free(k.rest);
	if (rc == 0)
		return k.at;
	rc = errno;
	io_close(&k.at);
	errno = rc;
	return -1;
}
