/* Reading with the rights of another user. */
#include "config.h"

#include "file/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/helper.h"
#include "base/io.h"
#include "base/mem.h"
#include "file/open.h"

/* The group of a user whom nobody knows: the kernel's for ids that mean nothing (proc(5), overflowgid). */
enum { NO_GROUP = 65534 };

struct rights {
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int n_groups;
};

/* In a user namespace: over what an id without a meaning here owns we have no power, and there is nobody to become. */
static bool
has_meaning(uid_t uid)
{
	struct buf map = BUF_INIT;
	bool has = io_read_file("/proc/self/uid_map", &map, 65536) < 0;
	char *rest = map.data;
	char *line;

	while (!has && rest && (line = strsep(&rest, "\n"))) {
		uint64_t first, outside, n;

		has = sscanf(line, "%" SCNu64 "%" SCNu64 "%" SCNu64, &first, &outside, &n) == 3 &&
		      uid >= first && uid - first < n;
	}
	buf_release(&map);
	return has;
}

struct rights *
rights_of(uid_t uid)
{
	const struct passwd *pw;
	struct rights *r;
	int n = 0;

	if (geteuid() != 0 || uid == 0 || !has_meaning(uid))
		return NULL;
	r = xcalloc(1, sizeof(*r));
	r->uid = uid;
	r->gid = NO_GROUP;
	pw = getpwuid(uid);
	if (!pw)
		return r;
	r->gid = pw->pw_gid;
	getgrouplist(pw->pw_name, pw->pw_gid, NULL, &n);
	r->groups = xcalloc((size_t)n + 1, sizeof(*r->groups));
	r->n_groups = getgrouplist(pw->pw_name, pw->pw_gid, r->groups, &n) < 0 ? 0 : n;
	return r;
}

void
rights_free(struct rights *r)
{
	if (!r)
		return;
	free(r->groups);
	free(r);
}

/* By way of procfs it is the object that is opened, not a name.  O_NOATIME is for the owner. */
static int
open_object(int object_fd)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", object_fd);
	fd = open(path, flags | O_NOATIME);
	return fd < 0 && errno == EPERM ? open(path, flags) : fd;
}

struct opening {
	const struct rights *rights;
	int object_fd;
	int socket;		/* the helper's end */
};

static int
become(const struct rights *r)
{
	uid_t real, effective, saved;

	if (setgroups((size_t)r->n_groups, r->groups) < 0 || setgid(r->gid) < 0 || setuid(r->uid) < 0 ||
	    getresuid(&real, &effective, &saved) < 0)
		return -1;
	errno = EPERM;
	if (real != r->uid || effective != r->uid || saved != r->uid)
		return -1;
	/* that user sees nothing of what we have in memory */
	return prctl(PR_SET_DUMPABLE, 0);
}

static int
send_descriptor(int socket, int fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	char byte = 0;
	struct iovec io = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = {
		.msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control.room),
	};

	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	return sendmsg(socket, &m, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

static int
receive_descriptor(int socket)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec io = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = {
		.msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control.room),
	};
	const struct cmsghdr *c;
	int fd = -1;

	if (recvmsg(socket, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1)
		return -1;
	c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* In the helper; its result is an errno, 0 where the descriptor has been sent. */
static void
open_as_user(void *context, struct buf *out)
{
	const struct opening *o = context;
	int error = 0;

	if (become(o->rights) < 0) {
		error = errno;
	} else {
		int fd = open_object(o->object_fd);

		if (fd < 0 || send_descriptor(o->socket, fd) < 0)
			error = errno;
	}
	buf_add(out, &error, sizeof(error));
}

static int
ask_helper(const struct rights *r, int object_fd)
{
	struct buf result = BUF_INIT;
	int ends[2];
	int error = EIO;
	int fd = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	if (helper_run(open_as_user, &(struct opening){ r, object_fd, ends[1] },
		       (const int[]){ object_fd, ends[1] }, 2, &result) < 0)
		error = errno;
	else if (result.len == sizeof(error))
		memcpy(&error, result.data, sizeof(error));
	if (error == 0) {
		fd = receive_descriptor(ends[0]);
		error = EIO;
	}
	close(ends[0]);
	close(ends[1]);
	buf_release(&result);
	errno = error;
	return fd;
}

int
rights_open(const struct rights *r, int object_fd)
{
	struct stat st;

	if (fstat(object_fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	return r ? ask_helper(r, object_fd) : open_object(object_fd);
}

int
rights_open_below(const struct rights *r, int dir_fd, const char *name)
{
	int object_fd = open_canonical_at(dir_fd, name, O_PATH);
	int fd = object_fd < 0 ? -1 : rights_open(r, object_fd);
	int saved = errno;

	io_close(&object_fd);
	errno = saved;
	return fd;
}

/* The sticky bit leaves what we own where it is, but lets others put something beside it. */
static bool
is_kept(const char *dir, bool sticky_will_do)
{
	struct stat st;

	if (lstat(dir, &st) < 0 || !S_ISDIR(st.st_mode) || (st.st_uid != 0 && st.st_uid != geteuid()))
		return false;
	return (st.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (sticky_will_do && (st.st_mode & S_ISVTX));
}

static bool
is_kept_from_root(const char *dir, bool sticky_will_do)
{
	char *part = xstrdup(dir);
	size_t len = strlen(dir);
	bool kept = dir[0] == '/' && is_kept("/", len > 1 || sticky_will_do);

	for (size_t i = 1; kept && len > 1 && i <= len; i++) {
		if (dir[i] != '/' && dir[i] != '\0')
			continue;
		part[i] = '\0';
		kept = is_kept(part, i < len || sticky_will_do);
		part[i] = dir[i];
	}
	free(part);
	return kept;
}

bool
rights_alone(const char *dir)
{
	return is_kept_from_root(dir, false);
}

bool
rights_keep(const char *dir)
{
	return is_kept_from_root(dir, true);
}
