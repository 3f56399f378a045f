/* A room of our own. */
#include "config.h"

#include "undo/room.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "file/identity.h"
#include "undo/act.h"
#include "undo/build.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"

/* Who mounts one of these says who may do what there: nothing that we make in it is ours alone. */
static bool
knows_no_owners(int fd)
{
	static const uint32_t types[] = {
		0x4d44 /* vfat */, 0x2011bab0 /* exfat */, 0x5346544e, 0x7366746e /* ntfs */, 0x65735546 /* fuse */,
		0xff534d42, 0xfe534d42 /* cifs */, 0x01021997 /* 9p */, 0x786f4256 /* vboxsf */,
	};
	struct statfs fs;

	for (size_t i = 0; i < ARRAY_SIZE(types) && fstatfs(fd, &fs) == 0; i++) {
		if ((uint32_t)fs.f_type == types[i])
			return true;
	}
	return false;
}

/* Nobody else may change names in it: an ACL that lets others do so shows in the group's bits (acl(5)). */
static bool
is_closed(int fd, const struct stat *dir)
{
	return ((dir->st_uid == 0 || dir->st_uid == geteuid()) && !(dir->st_mode & 022)) || knows_no_owners(fd);
}

static bool
is_empty(int dir_fd)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *d;
	bool empty = dir != NULL;

	if (!dir)
		io_close(&fd);
	while (empty && (d = readdir(dir)))
		empty = strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0;
	if (dir)
		closedir(dir);
	return empty;
}

/* What was made may have been exchanged before it was opened: then it is somebody else's, or has something in it. */
static int
open_made(struct room *r, int beside_fd, const char *name)
{
	struct stat st;

	r->dir_fd = openat(beside_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (r->dir_fd < 0 || fstat(r->dir_fd, &st) < 0)
		return -1;
	errno = EPERM;
	return st.st_uid == geteuid() && !(st.st_mode & 077) && is_empty(r->dir_fd) ? 0 : -1;
}

static int
make_room(const struct steps *s, struct room *r, const struct place *beside)
{
	char *path = build_name_beside(beside->path, paths_temporary);
	struct place at;
	struct call c;
	int rc = place_open_at(&at, beside->dir_fd, path);

	if (rc == 0) {
		rc = act_begin(s, &c, OP_MKDIR, &at, NULL) < 0 ? -1
			: act_end(s, &c, mkdirat(at.dir_fd, place_name(&at), 0700));
	}
	if (rc == 0) {
		r->dir = path;
		r->made = true;
		rc = open_made(r, at.dir_fd, place_name(&at));
	} else {
		free(path);
	}
	place_close(&at);
	return rc;
}

static int
open_room(const struct steps *s, struct room *r, const struct place *beside)
{
	int rc = 0;

	r->beside = xstrndup(beside->path, path_dir_len(beside->path));
	if (fstat(beside->dir_fd, &r->beside_st) < 0)
		return -1;
	if (is_closed(beside->dir_fd, &r->beside_st)) {
		r->dir = xstrdup(r->beside);
		r->dir_fd = fcntl(beside->dir_fd, F_DUPFD_CLOEXEC, 0);
		rc = r->dir_fd < 0 ? -1 : 0;
	} else {
		rc = make_room(s, r, beside);
	}
	if (rc == 0) {
		char *any = path_join(r->dir, "-");

		r->path = build_name_beside(any, paths_temporary);
		free(any);
	}
	return rc;
}

/* Whether the room is the one beside that place. */
static bool
is_beside(const struct room *r, const struct place *beside)
{
	size_t len = path_dir_len(beside->path);
	struct stat st;

	return r->path && strlen(r->beside) == len && strncmp(r->beside, beside->path, len) == 0 &&
	       fstat(beside->dir_fd, &st) == 0 && identity_same(&st, &r->beside_st);
}

int
room_enter(const struct steps *s, const struct place *beside, struct place *in)
{
	*in = (struct place)PLACE_INIT;
	if (!is_beside(s->room, beside)) {
		room_leave(s);
		if (open_room(s, s->room, beside) < 0) {
			int saved = errno;

			room_leave(s);
			errno = saved;
			return -1;
		}
	}
	if (place_open_at(in, s->room->dir_fd, s->room->path) < 0)
		return -1;
	errno = EEXIST;
	return in->fd < 0 ? 0 : -1;
}

static void
remove_room(const struct steps *s, const struct room *r)
{
	struct place at;
	struct call c;

	if (place_open(&at, r->dir) == 0 && at.fd >= 0 && act_begin(s, &c, OP_RMDIR, &at, NULL) == 0)
		(void)act_end(s, &c, unlinkat(at.dir_fd, place_name(&at), AT_REMOVEDIR));
	place_close(&at);
}

void
room_leave(const struct steps *s)
{
	struct room *r = s->room;

	io_close(&r->dir_fd);
	if (r->made)
		remove_room(s, r);
	free(r->beside);
	free(r->dir);
	free(r->path);
	*r = (struct room)ROOM_INIT;
}

/* Whether the name leads to what is held.  By what that is now: overlayfs gives it another number when it copies it up. */
static bool
leads_to(const struct place *now, const struct place *held)
{
	struct stat st;

	return now->fd >= 0 && held->fd >= 0 && fstat(held->fd, &st) == 0 && identity_same(&now->st, &st);
}

/* The same, and this is as it was when it was first held. */
static int
check_same(const struct place *now, const struct place *held)
{
	bool same = leads_to(now, held) && now->st.st_size == held->st.st_size &&
		    now->st.st_mtim.tv_sec == held->st.st_mtim.tv_sec &&
		    now->st.st_mtim.tv_nsec == held->st.st_mtim.tv_nsec;

	errno = ESTALE;
	return same ? 0 : -1;
}

void
room_give_back(const struct steps *s, const struct place *in, const struct place *from)
{
	int saved = errno;
	char *beside = build_name_beside(from->path, "found-by-writetrace-");
	const char *path[] = { from->path, beside };
	bool done = false;

	for (size_t i = 0; i < ARRAY_SIZE(path) && !done; i++) {
		struct place to;

		done = place_open_at(&to, from->dir_fd, path[i]) == 0 && to.fd < 0 && act_move(s, in, &to) == 0;
		place_close(&to);
	}
	free(beside);
	errno = saved;
}

int
room_take(const struct steps *s, const struct place *from, const struct place *beside, struct place *in)
{
	if (room_enter(s, beside, in) < 0 || act_move(s, from, in) < 0)
		return -1;
	if (place_look_again(in) == 0 && check_same(in, from) == 0)
		return 0;
	room_give_back(s, in, from);
	return -1;
}

int
room_empty(const struct steps *s, const struct place *in)
{
	struct call c;

	if (act_begin(s, &c, OP_UNLINK, in, NULL) < 0)
		return -1;
	return act_end(s, &c, unlinkat(in->dir_fd, place_name(in), 0));
}

/* Where two names cannot change places the one goes over the other, which was looked at just before. */
static int
put_over(const struct steps *s, struct place *in, const struct place *to)
{
	struct place now;
	int rc = place_open_at(&now, to->dir_fd, to->path);

	if (rc == 0)
		rc = check_same(&now, to);
	if (rc == 0)
		rc = act_move(s, in, &now);
	place_close(&now);
	return rc;
}

/* What came out is what was there: it goes.  Otherwise the two change places again. */
static int
finish_exchange(const struct steps *s, struct place *in, const struct place *to)
{
	struct place out;
	int rc = place_open_at(&out, in->dir_fd, in->path);
	int saved;

	if (rc == 0)
		rc = check_same(&out, to);
	if (rc == 0)
		rc = room_empty(s, &out);
	saved = errno;
	if (rc < 0) {
		struct place now;

		if (place_open_at(&now, to->dir_fd, to->path) == 0 && now.fd >= 0)
			(void)act_exchange(s, &out, &now);
		place_close(&now);
		/* somebody has been there once more: what we hold now is his.  Ours has got its times since it was looked at. */
		if (place_look_again(&out) == 0 && out.fd >= 0 && !leads_to(&out, in))
			room_give_back(s, &out, to);
	}
	place_close(&out);
	errno = saved;
	return rc;
}

int
room_put(const struct steps *s, struct place *in, const struct place *to)
{
	if (to->fd < 0)
		return act_move(s, in, to);
	act_meet_others(s, to);
	if (act_exchange(s, in, to) == 0)
		return finish_exchange(s, in, to);
	return errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP ? put_over(s, in, to) : -1;
}

/* Without room for another name, and where no key is for one, nothing can be moved; names can be taken away all the same. */
static bool
is_no_room(int error)
{
	return error == ENOSPC || error == EDQUOT || error == ENOKEY;
}

/* In a directory in which nobody else changes names; why is what keeps us from another way. */
static int
remove_by_name(const struct steps *s, const struct place *at, int why)
{
	struct place now = PLACE_INIT;
	struct stat dir;
	int rc = -1;

	if (fstat(at->dir_fd, &dir) == 0 && is_closed(at->dir_fd, &dir))
		rc = place_open_at(&now, at->dir_fd, at->path);
	else
		errno = why;
	if (rc == 0)
		rc = check_same(&now, at);
	if (rc == 0)
		rc = room_empty(s, &now);
	place_close(&now);
	return rc;
}

int
room_remove(const struct steps *s, const struct place *at)
{
	struct place in;
	int rc;

	act_meet_others(s, at);
	rc = room_take(s, at, at, &in);
	if (rc == 0) {
		rc = room_empty(s, &in);
		if (rc < 0)
			room_give_back(s, &in, at);
	} else if (is_no_room(errno)) {
		rc = remove_by_name(s, at, errno);
	}
	place_close(&in);
	return rc;
}
