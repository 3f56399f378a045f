/* A history as it is at one moment, in one descriptor. */
#include "config.h"

#include "store/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "file/copy.h"
#include "file/open.h"
#include "file/rights.h"
#include "file/temporary.h"
#include "store/owner.h"
#include "store/wal.h"

/*
 * The bytes that SQLite locks (os_unix.c: PENDING_BYTE and so on, UNIX_SHM_BASE).  A reader of these may not be heard by
 * SQLite's own process-wide locks, but the kernel lets no writer past it.
 */
enum {
	BYTE_PENDING = 0x40000000,	/* in the database, where there is no -wal */
	BYTE_RESERVED = BYTE_PENDING + 1,
	BYTE_SHARED = BYTE_PENDING + 2,
	SHARED_BYTES = 510,
	BYTE_WRITE = 120,		/* in the -shm */
	BYTE_CHECKPOINT = 121,		/* and of recovery, the next one */
	WAIT_SECONDS = 10,
};

/* A history that is looked at. */
struct source {
	const char *real;	/* without symbolic links */
	int dir_fd;
	uid_t uid;
	const struct rights *rights;
	struct stat st;
	int db, wal, shm, journal;	/* -1: not there, or nothing in it */
};

static int
lock_read(int fd, off_t from, off_t len, struct err *e)
{
	const struct timespec pause = { 0, 2000000 };
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = from, .l_len = len };
	int64_t until_ns = clock_monotonic_ns() + WAIT_SECONDS * NS_PER_SECOND;

	while (fd >= 0 && fcntl(fd, F_OFD_SETLK, &lock) < 0) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return err_system(e, "cannot lock it");
		if (clock_monotonic_ns() > until_ns)
			return err_set(e, ERR_BUSY, "somebody else has locked it");
		nanosleep(&pause, NULL);
	}
	return 0;
}

static void
unlock(int fd)
{
	struct flock lock = { .l_type = F_UNLCK, .l_whence = SEEK_SET };

	if (fd >= 0)
		(void)fcntl(fd, F_OFD_SETLK, &lock);
}

/* Whether somebody is about to write to a database without a -wal. */
static bool
is_reserved(int db)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = BYTE_RESERVED, .l_len = 1 };

	return fcntl(db, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* One of the files beside it; *fd stays -1 where it is not there, or empty. */
static int
open_beside(const struct source *s, const char *suffix, int *fd, struct err *e)
{
	char *name = xasprintf("%s%s", path_name(s->real), suffix);
	int object_fd = open_canonical_at(s->dir_fd, name, O_PATH);
	struct stat st;
	int rc = 0;

	if (object_fd < 0) {
		rc = errno == ENOENT ? 0 : err_system(e, "%s%s", s->real, suffix);
	} else if (fstat(object_fd, &st) < 0) {
		rc = err_system(e, "%s%s", s->real, suffix);
	} else if (!S_ISREG(st.st_mode)) {
		rc = err_set(e, ERR_INPUT, "%s%s is no regular file", s->real, suffix);
	} else if (s->uid == 0 && st.st_uid != 0) {
		rc = err_set(e, ERR_INPUT, "%s%s belongs to it, but user %u owns that", s->real, suffix,
			     (unsigned)st.st_uid);
	} else if (st.st_size > 0) {
		*fd = rights_open(s->rights, object_fd);
		rc = *fd < 0 ? err_system(e, "%s%s", s->real, suffix) : 0;
	}
	io_close(&object_fd);
	free(name);
	return rc;
}

static int
copy_db(const struct source *s, int to, struct err *e)
{
	struct stat st;

	return fstat(s->db, &st) < 0 ? err_system(e, "cannot look at it") : copy_content(s->db, to, st.st_size, e);
}

/*
 * While the checkpoint's lock is held nothing of the log is folded in; and it begins anew only where all of it had been
 * before.  So what is in the file, and the log as it is after that, are one whole.
 */
static int
copy_with_log(const struct source *s, int to, struct err *e)
{
	int rc = lock_read(s->shm, BYTE_CHECKPOINT, 2, e);

	if (rc == 0)
		rc = copy_db(s, to, e);
	if (rc == 0)
		rc = lock_read(s->shm, BYTE_WRITE, 1, e);
	if (rc == 0 && s->wal >= 0)
		rc = wal_apply(s->wal, to, e);
	unlock(s->shm);
	return rc;
}

/* What begins with a zero has been done with. */
static bool
is_hot(int journal)
{
	char first = 0;

	return pread(journal, &first, 1, 0) == 1 && first != 0;
}

/* To take back what a writer that died has half done is not for readers, least of all for root. */
static int
copy_with_journal(const struct source *s, int to, struct err *e)
{
	int rc = lock_read(s->db, BYTE_PENDING, 1, e);

	if (rc == 0)
		rc = lock_read(s->db, BYTE_SHARED, SHARED_BYTES, e);
	if (rc == 0 && is_hot(s->journal) && !is_reserved(s->db))
		rc = err_set(e, ERR_INPUT, "its last writer died, and left %s-journal: its owner has to open it first",
			     s->real);
	if (rc == 0)
		rc = copy_db(s, to, e);
	unlock(s->db);
	return rc;
}

/* Nobody has it open where nothing lies beside it: then the file is as it will stay. */
static int
take_whole(struct source *s, struct snapshot *out, struct err *e)
{
	int rc;

	if (open_beside(s, "-wal", &s->wal, e) < 0 || open_beside(s, "-shm", &s->shm, e) < 0 ||
	    open_beside(s, "-journal", &s->journal, e) < 0)
		return -1;
	if (s->wal < 0 && s->shm < 0 && s->journal < 0) {
		out->fd = s->db;
		s->db = -1;
		return 0;
	}
	out->fd = temporary_file(e);
	if (out->fd < 0)
		return -1;
	rc = s->journal >= 0 ? copy_with_journal(s, out->fd, e) : copy_with_log(s, out->fd, e);
	return rc;
}

static int
take_source(struct source *s, int object_fd, struct snapshot *out, struct err *e)
{
	int rc;

	s->uid = s->st.st_uid;
	s->rights = out->rights = rights_of(s->uid);
	s->dir_fd = open_canonical_parent(s->real);
	if (s->dir_fd < 0)
		return err_system(e, "cannot open its directory");
	s->db = rights_open(s->rights, object_fd);
	rc = s->db < 0 ? err_system(e, "cannot open it with the rights of its owner") : take_whole(s, out, e);
	io_close(&s->db);
	io_close(&s->wal);
	io_close(&s->shm);
	io_close(&s->journal);
	io_close(&s->dir_fd);
	return rc;
}

/* Where an object lies, by its canonical path. */
static char *
real_path(int object_fd)
{
	struct buf path = BUF_INIT;
	char room[IO_FD_ROOM];

	if (io_readlink(io_own_fds(), io_fd_name(room, object_fd), &path) < 0)
		buf_reset(&path);
	return buf_detach(&path);
}

int
snapshot_take(const char *path, struct snapshot *out, char **real, struct err *e)
{
	struct source s = { .dir_fd = -1, .db = -1, .wal = -1, .shm = -1, .journal = -1 };
	int object_fd;
	int rc = 0;

	*out = (struct snapshot)SNAPSHOT_INIT;
	if (geteuid() != 0) {
		*real = xstrdup(path);
		return 0;
	}
	object_fd = open(path, O_PATH | O_CLOEXEC);
	if (object_fd < 0 || fstat(object_fd, &s.st) < 0) {
		err_system(e, "cannot look at it");
		io_close(&object_fd);
		return -1;
	}
	*real = real_path(object_fd);
	s.real = *real;
	if (!owner_alone(s.real, &s.st))
		rc = take_source(&s, object_fd, out, e) < 0 ? -1 : 1;
	close(object_fd);
	if (rc != 0) {
		free(*real);
		*real = NULL;
	}
	if (rc < 0)
		snapshot_release(out);
	return rc;
}

void
snapshot_release(struct snapshot *s)
{
	io_close(&s->fd);
	rights_free(s->rights);
	s->rights = NULL;
}
