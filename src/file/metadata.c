/* Giving an object the metadata of a recorded state. */
#include "config.h"

#include "file/metadata.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "file/change.h"
#include "file/state.h"
#include "file/xattr.h"
#include "base/clock.h"

/* What chmod(2), setxattr(2) and open(2) take for an O_PATH descriptor: the link leads to the object itself. */
static const char *
link_of(char room[32], int fd)
{
	snprintf(room, 32, "/proc/self/fd/%d", fd);
	return room;
}

static int
set_owner(int fd, const struct file_state *want, const struct file_state *have)
{
	uid_t uid = want->uid == have->uid ? (uid_t)-1 : want->uid;
	gid_t gid = want->gid == have->gid ? (gid_t)-1 : want->gid;

	return fchownat(fd, "", uid, gid, AT_EMPTY_PATH);
}

static int
set_mode(int fd, const struct file_state *want, const struct file_state *have)
{
	char room[32];
	struct stat st;

	(void)have;
	if (want->type == FILE_SYMLINK)
		return 0;	/* always 0777 */
	if (chmod(link_of(room, fd), want->mode) < 0 || fstat(fd, &st) < 0)
		return -1;
	/* chmod(2): the set-group-ID bit is not for those who are not in the group, and that is no error */
	errno = EPERM;
	return (st.st_mode & 07777) == want->mode ? 0 : -1;
}

struct xattr {
	const char *name;
	const void *value;
	size_t len;
};

static bool
find_xattr(const struct file_state *s, const char *name, struct xattr *out)
{
	size_t at = 0;

	while (xattr_next(s->xattrs, s->xattrs_len, &at, &out->name, &out->value, &out->len)) {
		if (strcmp(out->name, name) == 0)
			return true;
	}
	return false;
}

/* Labels that a security module gives to every object are its own affair. */
static bool
is_label(const char *name)
{
	return strncmp(name, "security.", 9) == 0 && strcmp(name, "security.capability") != 0;
}

static int
set_xattrs(int fd, const struct file_state *want, const struct file_state *have)
{
	struct xattr x, other;
	char room[32];
	size_t at = 0;

	link_of(room, fd);
	while (xattr_next(have->xattrs, have->xattrs_len, &at, &x.name, &x.value, &x.len)) {
		if (!find_xattr(want, x.name, &other) && removexattr(room, x.name) < 0 && !is_label(x.name))
			return -1;
	}
	at = 0;
	while (xattr_next(want->xattrs, want->xattrs_len, &at, &x.name, &x.value, &x.len)) {
		bool same = find_xattr(have, x.name, &other) && other.len == x.len &&
			memcmp(other.value, x.value, x.len) == 0;

		if (!same && setxattr(room, x.name, x.value, x.len, 0) < 0)
			return -1;
	}
	return 0;
}

static int
set_mtime(int fd, const struct file_state *want, const struct file_state *have)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, clock_timespec(want->mtime_ns) };

	(void)have;
	return utimensat(fd, "", times, AT_EMPTY_PATH);		/* since Linux 5.8 */
}

static int
set_iflags(int fd, const struct file_state *want, const struct file_state *have)
{
	uint32_t set = want->iflags & ~have->iflags, clear = have->iflags & ~want->iflags;
	int opened = state_open(fd);
	int flags, rc, saved;

	if (opened < 0)
		return -1;
	rc = ioctl(opened, FS_IOC_GETFLAGS, &flags);
	if (rc == 0) {
		flags = (int)(((uint32_t)flags & ~clear) | set);
		rc = ioctl(opened, FS_IOC_SETFLAGS, &flags);
	}
	saved = errno;
	close(opened);
	errno = saved;
	return rc;
}

const struct metadata_kind metadata_kinds[] = {
	{ DIFFERS_OWNER, set_owner },
	{ DIFFERS_MODE, set_mode },
	{ DIFFERS_XATTR | DIFFERS_ACL, set_xattrs },
	{ DIFFERS_MTIME, set_mtime },
	{ DIFFERS_FLAGS, set_iflags },
	{ 0 }
};

unsigned
metadata_differs(const struct file_state *want, const struct file_state *have)
{
	unsigned differs;

	change_classify(want, have, CONTENT_SAME, &differs);
	if (want->mtime_ns != have->mtime_ns)
		differs |= DIFFERS_MTIME;
	if (want->type == FILE_SYMLINK)
		differs &= ~(unsigned)DIFFERS_MODE;
	return differs;
}

int
metadata_set(int fd, const struct file_state *want, unsigned only)
{
	struct file_state have = { .type = FILE_ABSENT };
	bool is_known = false;
	int rc = 0;

	for (const struct metadata_kind *k = metadata_kinds; rc == 0 && k->differs; k++) {
		struct stat st;

		if (!(k->differs & only))
			continue;
		if (!is_known && fstat(fd, &st) < 0)
			return -1;
		if (!is_known)
			state_of(fd, &st, 0, &have);	/* whichever object it is */
		is_known = !(metadata_differs(want, &have) & k->differs);
		if (is_known)
			continue;
		/* one kind may change another: chown(2) takes bits of the mode away */
		rc = k->set(fd, want, &have);
		state_release(&have);
	}
	if (is_known)
		state_release(&have);
	return rc;
}
