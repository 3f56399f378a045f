/* Directories that paths have led to lately. */
#include "config.h"

#include "trace/path/kept_dirs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/shared_fd.h"
#include "file/fskind.h"
#include "mount/mounts.h"
#include "mount/remote.h"
#include "trace/path/descriptor.h"
#include "trace/path/resolve.h"
#include "trace/path/target.h"

enum {
	STRIKES_MAX = 3,	/* a way that two go to two places in turn costs more than it gains */
};

/* A path taken apart. */
struct kept_way {
	int from;		/* the tracee's /proc entry; AT_FDCWD where the path is absolute */
	char dir[PATH_MAX + IO_FD_ROOM];	/* from there to the directory, with the slash at its end */
	char start[IO_FD_ROOM];	/* the entry's link with which dir begins; "" where the path is absolute */
	const char *rest;	/* what of dir is behind it */
	const char *name;	/* the last component */
	uint64_t hash;		/* of dir (FNV) */
};

static uint64_t
hash_of_way(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	return hash;
}

/* False where the path's end is no name. */
static bool
way_of(const struct whose *w, int dirfd, const char *raw, struct kept_way *way)
{
	const char *name = path_name(raw);
	char *end;

	if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	way->from = AT_FDCWD;
	way->start[0] = '\0';
	way->name = name;
	end = way->dir;
	if (raw[0] != '/') {
		char room[IO_FD_ROOM];

		way->from = proc_dir_of(&w->view->dirs, w->tid);
		if (way->from < 0)
			return false;
		strcpy(way->start, dirfd == AT_FDCWD ? "cwd" : io_fd_link(room, dirfd));
		end = stpcpy(stpcpy(end, way->start), "/");
	}
	way->rest = end;
	end = mempcpy(end, raw, (size_t)(name - raw));
	*end = '\0';
	way->hash = hash_of_way(way->dir);
	return true;
}

/* Where each has the root and the mounts that we have, and nobody need be asked for anything. */
static bool
is_plain_view(const struct whose *w)
{
	return !w->view->roots_differ && !w->made_count && !remote_any(w->remote);
}

static struct kept_dir *
place_for(struct kept_dirs *k, const struct kept_way *way)
{
	return &k->kept[way->hash % ARRAY_SIZE(k->kept)];
}

static void
kept_dir_clear(struct kept_dir *d)
{
	if (!d->way)
		return;
	shared_fd_drop(d->dir);
	free(d->way);
	free(d->path);
	*d = (struct kept_dir){ .met = d->met, .strikes = d->strikes };
}

void
kept_dirs_forget(struct kept_dirs *k)
{
	for (size_t i = 0; i < ARRAY_SIZE(k->kept); i++) {
		kept_dir_clear(&k->kept[i]);
		k->kept[i].met = 0;
	}
	k->any = false;
}

void
kept_dirs_forget_linked(struct kept_dirs *k)
{
	for (size_t i = 0; k->any && i < ARRAY_SIZE(k->kept); i++) {
		if (k->kept[i].by_links)
			kept_dir_clear(&k->kept[i]);
	}
}

void
kept_dirs_let_go(struct kept_dirs *k, dev_t dev, ino_t ino)
{
	for (size_t i = 0; k->any && i < ARRAY_SIZE(k->kept); i++) {
		struct kept_dir *d = &k->kept[i];

		if (d->way && d->place.dev == dev && d->place.ino == ino)
			kept_dir_clear(d);
	}
}

/* It cannot be kept, or is not where it was. */
static void
strike(struct kept_dir *d, const struct kept_way *way, unsigned by)
{
	if (d->met != way->hash)
		d->strikes = 0;
	d->met = way->hash;
	d->strikes += by;
	if (d->strikes >= STRIKES_MAX)
		kept_dir_clear(d);
}

void
kept_dirs_begin(struct kept_dirs *k)
{
	k->look++;
}

static struct kept_place
place_by(int dirfd, const char *path, int flags)
{
	struct statx sx;

	if (statx(dirfd, path, flags | AT_NO_AUTOMOUNT, STATX_INO | STATX_MNT_ID, &sx) < 0 || !(sx.stx_mask & STATX_MNT_ID))
		return (struct kept_place){ 0 };
	return (struct kept_place){ makedev(sx.stx_dev_major, sx.stx_dev_minor), sx.stx_ino, sx.stx_mnt_id };
}

static struct kept_place
place_at(int dirfd, const char *path)
{
	return place_by(dirfd, path, 0);
}

static bool
is_at(int dirfd, const char *path, const struct kept_place *place)
{
	struct kept_place there = place_at(dirfd, path);

	return there.mount != 0 && there.mount == place->mount && there.dev == place->dev && there.ino == place->ino;
}

/*
 * The way on from another directory might go by a link into procfs, where "self" would be us and not the tracee: it has to
 * start where it did, and nothing on it has changed since (kept_dirs_forget()).
 */
static bool
leads_to(const struct whose *w, const struct kept_way *way, struct kept_dir *d)
{
	unsigned long look = w->view->kept.look;

	if (look > 0 && d->led == look)
		return true;
	if ((d->start.mount != 0 && !is_at(way->from, way->start, &d->start)) || !is_at(way->from, way->dir, &d->place))
		return false;
	d->led = look;
	return true;
}

/* Moved or removed, it is called otherwise. */
static bool
is_called(int fd, const char *dir, const char *name)
{
	char *now = descriptor_name(fd);
	size_t len = strlen(dir);
	bool same;

	if (!now)
		return false;
	same = strncmp(now, dir, len) == 0 &&
	       (name ? now[len] == '/' && strcmp(now + len + 1, name) == 0 : now[len] == '\0');
	free(now);
	return same;
}

static void
take_name(const struct kept_dir *d, const char *name, struct target *out)
{
	free(out->path);
	out->path = path_join(d->path, name);
	out->sight = TARGET_RESOLVED;
}

static void
lend_directory(const struct kept_dir *d, struct target *out)
{
	out->dir_shared = shared_fd_share(d->dir);
	out->dir_fd = d->dir->fd;
	out->dir_dev = d->place.dev;
}

/* Nothing has the name, or the call acts on the name itself. */
static bool
take_in_directory(const struct whose *w, struct kept_dir *d, const char *name, struct target *out)
{
	unsigned long look = w->view->kept.look;

	if ((look == 0 || d->called != look) && !is_called(d->dir->fd, d->path, NULL))
		return false;
	d->called = look;
	take_name(d, name, out);
	lend_directory(d, out);
	return true;
}

static bool
take_found(const struct whose *w, struct kept_dir *d, const char *name, unsigned how, int fd, struct target *out)
{
	uint64_t mount;
	struct stat st;
	int64_t birth;

	if (descriptor_stat(fd, &st, &birth, &mount) < 0 || mount != d->place.mount || st.st_dev != d->place.dev)
		return false;
	if (how & LOOKUP_NAME) {
		if (!take_in_directory(w, d, name, out))
			return false;
	} else {
		if (((how & LOOKUP_FOLLOW) && S_ISLNK(st.st_mode)) || !is_called(fd, d->path, name))
			return false;
		take_name(d, name, out);
	}
	out->fd = fd;
	out->st = st;
	out->birth = birth;
	return true;
}

bool
kept_dirs_resolve(const struct whose *w, int dirfd, const char *raw, unsigned how, struct target *out)
{
	struct kept_dir *d;
	struct kept_way way;
	bool taken;
	int fd;

	if (!is_plain_view(w) || (how & LOOKUP_IN_ROOT) || !way_of(w, dirfd, raw, &way))
		return false;
	d = place_for(&w->view->kept, &way);
	if (!d->way || strcmp(d->way, way.dir) != 0)
		return false;
	if (!leads_to(w, &way, d)) {
		strike(d, &way, 1);
		return false;
	}
	fd = openat(d->dir->fd, way.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return take_in_directory(w, d, way.name, out);
	if (fd < 0) {
		kept_dirs_forget(&w->view->kept);	/* it may be for want of descriptors */
		return false;
	}
	taken = take_found(w, d, way.name, how, fd, out);
	if (!taken)
		close(fd);
	return taken;
}

static int
open_from(int base, const char *rest, uint64_t resolve)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = resolve };

	return (int)syscall(SYS_openat2, base, rest[0] ? rest : ".", &how, sizeof(how));
}

/*
 * "cwd" and "fd/N" are links that the kernel alone can follow: only behind them no more of the kind is let pass.
 * *by_links: or back by "..": then it is not by the directories above it alone that it is come to.
 */
static int
open_directory(const struct kept_way *way, bool *by_links)
{
	int base = AT_FDCWD, fd = -1;

	if (way->start[0] != '\0') {
		base = openat(way->from, way->start, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (base < 0)
			return -1;
	}
	*by_links = path_has_dot_dot(way->rest);
	if (!*by_links)
		fd = open_from(base, way->rest, RESOLVE_NO_SYMLINKS);
	if (fd < 0) {
		*by_links = true;
		fd = open_from(base, way->rest, RESOLVE_NO_MAGICLINKS);
	}
	if (base >= 0)
		close(base);
	return fd;
}

uint64_t
kept_dirs_mount_of(const char *path)
{
	return place_at(AT_FDCWD, path).mount;
}

/* Nobody is kept from unmounting it by us alone. */
static bool
is_held_anyway(const struct whose *w, uint64_t mount)
{
	return mount == w->view->kept.held_mount || mount == kept_dirs_mount_of("/");
}

/* Few are left, or nobody knows: they are for what is asked for. */
static bool
is_among_few(int fd)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) < 0 || (rlim_t)fd >= limit.rlim_cur / 2;
}

/* Births of an overlay's objects are not told, and others may be served by somebody. */
static bool
can_be_kept(const struct whose *w, int fd, const char *name, const struct kept_place *place)
{
	return name && name[0] == '/' && name[1] != '\0' && !descriptor_is_deleted(name) && place->mount != 0 &&
	       fskind_of(fd, place->dev) == FS_FILES && mounts_is_ours(w->mounts, place->mount) &&
	       !mounts_is_made(w->mounts, fd) && is_held_anyway(w, place->mount) && !is_among_few(fd);
}

/* Takes fd over.  False where it cannot be kept. */
static bool
keep_dir(const struct whose *w, const struct kept_way *way, int fd, bool by_links, struct kept_dir *d)
{
	bool leads_on = way->start[0] != '\0' && way->rest[0] != '\0';
	struct kept_place place = place_by(fd, "", AT_EMPTY_PATH), start = { 0 };
	char *name = descriptor_name(fd);

	if (leads_on)
		start = place_at(way->from, way->start);
	if (can_be_kept(w, fd, name, &place) && (!leads_on || start.mount != 0)) {
		kept_dir_clear(d);
		*d = (struct kept_dir){
			.met = way->hash, .strikes = d->strikes, .way = xstrdup(way->dir), .path = name,
			.dir = shared_fd_new(fd), .place = place, .start = start, .by_links = by_links,
		};
		w->view->kept.any = true;
		return true;
	}
	free(name);
	close(fd);
	return false;
}

void
kept_dirs_note(const struct whose *w, int dirfd, const char *raw)
{
	struct kept_dir *d;
	struct kept_way way;
	bool by_links;
	int fd;

	if (w->view->kept.resting || !is_plain_view(w) || !way_of(w, dirfd, raw, &way))
		return;
	d = place_for(&w->view->kept, &way);
	if (d->met != way.hash) {
		d->met = way.hash;
		d->strikes = 0;
		return;
	}
	if (d->strikes >= STRIKES_MAX)
		return;
	fd = open_directory(&way, &by_links);
	if (fd < 0 || !keep_dir(w, &way, fd, by_links, d))
		strike(d, &way, STRIKES_MAX);
}
