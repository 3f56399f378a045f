/*
 * What one run puts into the store of old contents.  How a file is copied is in copy.c, what lies there in
 * objects_dir.c, what of it is this run's in own.c.
 */
#include "config.h"

#include "objects/objects.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "file/copy.h"
#include "objects/objects_dir.h"
#include "objects/own.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"

enum { SMALL_BYTES = 64 * 1024 };	/* read at once, and not written at all where it is there */

#define FREE_BYTES_MAX (5LL << 30)

struct objects {
	char *path;		/* HISTORY.objects */
	int dir_fd;		/* -1: not yet needed */
	bool durable;
	struct digester *digester;
	char *small;
	struct own_list own;	/* what it has put */
	unsigned n_copies;	/* begun; each has a name of its own */
};

struct objects *
objects_new(const char *history, bool durable)
{
	struct objects *o = xcalloc(1, sizeof(*o));

	o->path = xasprintf("%s.objects", history);
	o->dir_fd = -1;
	o->durable = durable;
	o->digester = digest_new();
	o->small = xmalloc(SMALL_BYTES);
	return o;
}

void
objects_free(struct objects *o)
{
	if (!o)
		return;
	own_release(&o->own);
	io_close(&o->dir_fd);
	digest_free(o->digester);
	free(o->small);
	free(o->path);
	free(o);
}

static int
open_store(struct objects *o, struct err *e)
{
	bool made = mkdir(o->path, 0700) == 0;

	/* the umask can take away what is needed to open it */
	if ((made && chmod(o->path, 0700) < 0) || (!made && errno != EEXIST))
		return err_system(e, "cannot make directory %s", o->path);
	o->dir_fd = open(o->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (o->dir_fd < 0)
		return err_system(e, "cannot open directory %s", o->path);
	if (!objects_dir_is_safe(o->dir_fd)) {
		io_close(&o->dir_fd);
		errno = EPERM;
		return err_system(e, "directory %s is not for its owner alone", o->path);
	}
	objects_dir_remove_left_over(o->dir_fd);
	if (made && o->durable && io_sync_directory(o->dir_fd, "..") < 0)
		return err_system(e, "cannot sync the directory of %s", o->path);
	return 0;
}

static bool
has_room(const struct objects *o, const struct stat *st)
{
	int64_t blocks = (int64_t)st->st_blocks * 512;
	int64_t needed = blocks < st->st_size ? blocks : st->st_size;
	int64_t total, left, reserve;
	struct statvfs fs;

	if (fstatvfs(o->dir_fd, &fs) < 0 || fs.f_blocks == 0)
		return true;	/* the copy itself will tell */
	total = (int64_t)(fs.f_blocks * fs.f_frsize);
	left = (int64_t)(fs.f_bavail * fs.f_frsize);
	reserve = total / 10 < FREE_BYTES_MAX ? total / 10 : FREE_BYTES_MAX;
	return left - needed >= reserve;
}

static int
no_room(const struct objects *o, struct err *e)
{
	errno = ENOSPC;
	return err_system(e, "cannot keep a content in %s", o->path);
}

/* Note the use of an object; the time that it then has, 0 where it cannot be told from another's. */
static int64_t
stamp_object(int fd)
{
	int64_t now_ns = clock_now_ns();
	struct timespec times[2] = {
		{ .tv_nsec = UTIME_OMIT },
		{ .tv_sec = now_ns / NS_PER_SECOND, .tv_nsec = now_ns % NS_PER_SECOND },
	};
	struct stat st;

	if (futimens(fd, times) < 0)
		return -1;
	return fstat(fd, &st) == 0 && clock_ns(st.st_mtim) == now_ns ? now_ns : 0;
}

static void
shard_name(const struct digest *d, char name[OBJECTS_SHARD_LEN + 1])
{
	char whole[OBJECTS_NAME_LEN + 1];

	objects_dir_name(d, whole);
	memcpy(name, whole, OBJECTS_SHARD_LEN);
	name[OBJECTS_SHARD_LEN] = '\0';
}

/* Who brought it may not have waited for the disk. */
static bool
is_secured(const struct objects *o, const struct digest *d, int fd)
{
	char shard[OBJECTS_SHARD_LEN + 1];

	if (!o->durable)
		return true;
	shard_name(d, shard);
	return fsync(fd) == 0 && io_sync_directory(o->dir_fd, shard) == 0 && fsync(o->dir_fd) == 0;
}

/* Under the lock.  What has another length was cut short by a crash of the machine: it is replaced. */
static bool
refer_object(struct objects *o, const struct digest *d, int64_t size_bytes)
{
	struct own *w = own_find(&o->own, d);
	char name[OBJECTS_NAME_LEN + 1];
	struct stat st;
	bool ok;
	int fd;

	objects_dir_name(d, name);
	if (w && fstatat(o->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size == size_bytes) {
		w->uses++;
		return true;
	}
	fd = openat(o->dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == size_bytes &&
	     stamp_object(fd) >= 0 && is_secured(o, d, fd);
	io_close(&fd);
	if (ok)
		own_add(&o->own, d, 0);
	return ok;
}

/* Where there is none no lock is taken: whoever brings it now is met when the copy is settled. */
static bool
is_there(struct objects *o, const struct digest *d, int64_t size_bytes)
{
	char name[OBJECTS_NAME_LEN + 1];
	struct stat st;
	bool there;

	objects_dir_name(d, name);
	if (fstatat(o->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT)
		return false;
	objects_dir_lock(o->dir_fd, LOCK_SH);
	there = refer_object(o, d, size_bytes);
	objects_dir_lock(o->dir_fd, LOCK_UN);
	return there;
}

/* A copy in the making: a name that nobody takes for an object's, locked for as long as it is open. */
struct making {
	int fd;
	char name[64];
};

/* Another writer that clears up may take the name away before the lock is ours: then anew. */
static int
make_copy(struct objects *o, struct making *m, struct err *e)
{
	struct stat st;

	do {
		io_close(&m->fd);
		snprintf(m->name, sizeof(m->name), "new-%d-%u-%llx", (int)getpid(), ++o->n_copies,
			 (unsigned long long)clock_now_ns());
		m->fd = openat(o->dir_fd, m->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (m->fd < 0)
			return err_system(e, "cannot make a file in %s", o->path);
		objects_dir_lock(m->fd, LOCK_EX);
		/* the umask can take away what is needed to read it */
		if (fstat(m->fd, &st) < 0 || ((st.st_mode & 07777) != 0600 && fchmod(m->fd, 0600) < 0))
			return err_system(e, "cannot make a file in %s", o->path);
	} while (st.st_nlink == 0);
	return 0;
}

static void
abandon_copy(const struct objects *o, struct making *m)
{
	if (m->fd >= 0)
		unlinkat(o->dir_fd, m->name, 0);
	io_close(&m->fd);
}

static int
give_object_name(const struct objects *o, const struct making *m, const struct digest *d)
{
	char shard[OBJECTS_SHARD_LEN + 1];
	char name[OBJECTS_NAME_LEN + 1];
	int rc;

	objects_dir_name(d, name);
	rc = renameat(o->dir_fd, m->name, o->dir_fd, name);
	if (rc == 0 || errno != ENOENT)
		return rc;
	shard_name(d, shard);
	if ((mkdirat(o->dir_fd, shard, 0700) < 0 || fchmodat(o->dir_fd, shard, 0700, 0) < 0) && errno != EEXIST)
		return -1;
	if (o->durable && fsync(o->dir_fd) < 0)
		return -1;
	return renameat(o->dir_fd, m->name, o->dir_fd, name);
}

/* The copy is whole: it becomes the object of its digest, unless there is one. */
static int
settle_copy(struct objects *o, struct making *m, const struct digest *d, int64_t size_bytes, struct err *e)
{
	char shard[OBJECTS_SHARD_LEN + 1];
	int64_t stamp_ns = stamp_object(m->fd);
	int rc = 0;

	shard_name(d, shard);
	if (stamp_ns < 0 || (o->durable && fsync(m->fd) < 0))
		return err_system(e, "cannot write to %s", o->path);
	objects_dir_lock(o->dir_fd, LOCK_SH);
	if (refer_object(o, d, size_bytes))
		unlinkat(o->dir_fd, m->name, 0);
	else if ((rc = give_object_name(o, m, d)) == 0)
		own_add(&o->own, d, stamp_ns);
	else
		err_system(e, "cannot make a file in %s/%s", o->path, shard);
	objects_dir_lock(o->dir_fd, LOCK_UN);
	if (rc == 0 && o->durable && io_sync_directory(o->dir_fd, shard) < 0)
		return err_system(e, "cannot sync directory %s/%s", o->path, shard);
	if (rc == 0)
		io_close(&m->fd);
	return rc;
}

/* Read it once; where it is there already, nothing is written. */
static int
put_small(struct objects *o, int fd, const struct stat *st, struct digest *out, int64_t *size_bytes,
	  struct err *e)
{
	struct making m = { .fd = -1 };
	ssize_t n = io_read_full(fd, o->small, (size_t)st->st_size);
	int rc;

	if (n < 0)
		return err_system(e, "cannot read content");
	*size_bytes = n;
	digest_bytes(o->small, (size_t)n, out);
	if (is_there(o, out, n))
		return 0;
	if (!has_room(o, st))
		return no_room(o, e);
	rc = make_copy(o, &m, e);
	if (rc == 0 && io_write_full(m.fd, o->small, (size_t)n) < 0)
		rc = err_system(e, "cannot write to %s", o->path);
	if (rc == 0)
		rc = settle_copy(o, &m, out, n, e);
	abandon_copy(o, &m);
	return rc;
}

/* What is in the copy is what its name says: the copy is read, not the file. */
static int
put_large(struct objects *o, int fd, const struct stat *st, struct digest *out, int64_t *size_bytes,
	  struct err *e)
{
	struct making m = { .fd = -1 };
	int rc = make_copy(o, &m, e);

	if (rc == 0)
		rc = copy_content(fd, m.fd, st->st_size, e);
	if (rc == 0 && lseek(m.fd, 0, SEEK_SET) != 0)
		rc = err_system(e, "cannot read from %s", o->path);
	if (rc == 0)
		rc = digest_fd(o->digester, m.fd, out, size_bytes, e);
	if (rc == 0)
		rc = settle_copy(o, &m, out, *size_bytes, e);
	abandon_copy(o, &m);
	return rc;
}

int
objects_put(struct objects *o, int fd, struct digest *out, int64_t *size_bytes, struct err *e)
{
	struct stat st;
	int64_t size;

	if (!size_bytes)
		size_bytes = &size;
	if (o->dir_fd < 0 && open_store(o, e) < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return err_system(e, "cannot look at a file");
	if (st.st_size <= SMALL_BYTES && st.st_blocks * 512 >= st.st_size)
		return put_small(o, fd, &st, out, size_bytes, e);
	if (has_room(o, &st))
		return put_large(o, fd, &st, out, size_bytes, e);
	/* it may be there already */
	if (digest_fd(o->digester, fd, out, size_bytes, e) < 0)
		return -1;
	return is_there(o, out, *size_bytes) ? 0 : no_room(o, e);
}

/* Those of the store that was left; what the removal of its names has not reached. */
static unsigned
put_again(struct objects *o, int from, const struct own_list *before)
{
	char name[OBJECTS_NAME_LEN + 1];
	struct own *w, *next, *moved;
	struct digest d;
	struct err unsaid;
	unsigned n_lost = 0;

	HASH_ITER(hh, before->hash, w, next) {
		int fd;

		objects_dir_name(&w->digest, name);
		fd = openat(from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		moved = fd >= 0 && objects_put(o, fd, &d, NULL, &unsaid) == 0 ? own_find(&o->own, &w->digest) : NULL;
		if (moved)
			moved->uses = w->uses;
		else
			n_lost++;
		io_close(&fd);
	}
	return n_lost;
}

int
objects_move(struct objects *o, const char *base, unsigned *n_lost, struct err *e)
{
	struct own_list before = o->own;
	char *path = o->path;
	int from = o->dir_fd;

	*n_lost = 0;
	o->path = xasprintf("%s.objects", base);
	o->dir_fd = -1;
	if (open_store(o, e) < 0) {
		io_close(&o->dir_fd);
		free(o->path);
		o->path = path;
		o->dir_fd = from;
		return -1;
	}
	o->own = (struct own_list){ 0 };
	*n_lost = put_again(o, from, &before);
	own_release(&before);
	io_close(&from);
	free(path);
	return 0;
}

bool
objects_are_at(const struct objects *o, const char *base)
{
	char *path = xasprintf("%s.objects", base);
	struct stat held, named;
	bool are = o->dir_fd < 0 || (fstat(o->dir_fd, &held) == 0 && lstat(path, &named) == 0 &&
				     held.st_dev == named.st_dev && held.st_ino == named.st_ino);

	free(path);
	return are;
}

bool
objects_own_name(const struct objects *o, const char *name)
{
	struct digest d;

	return objects_dir_parse_name(name, &d) && own_find(&o->own, &d);
}

void
objects_drop(struct objects *o, const struct digest *d)
{
	struct own *w = own_find(&o->own, d);
	char name[OBJECTS_NAME_LEN + 1];
	struct stat st;

	if (!w || --w->uses > 0)
		return;
	objects_dir_name(d, name);
	if (w->stamp_ns > 0) {
		objects_dir_lock(o->dir_fd, LOCK_EX);
		if (fstatat(o->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    clock_ns(st.st_mtim) == w->stamp_ns)
			objects_dir_remove_name(o->dir_fd, name);
		objects_dir_lock(o->dir_fd, LOCK_UN);
	}
	own_forget(&o->own, w);
}
