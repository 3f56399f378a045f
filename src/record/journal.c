/* The journal of a run: entries, each in a frame of length, checksum and type. */
#include "config.h"

#include "record/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "file/copy.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/pack.h"
#include "base/path.h"
#include "file/identity.h"
#include "file/rights.h"
#include "file/temporary.h"

/* The file begins with this; the number is the format's. */
static const char magic[8] = "WTjrnl\0\1";

struct frame_head {
	uint32_t len;		/* of the payload */
	uint32_t crc;		/* of type and payload */
	uint32_t type;
};

struct journal {
	char *uuid;
	char *path;
	int fd;
	char *home_path;	/* the one beside the history, where that has been left; NULL: it is not */
	int home_fd;
	bool durable;
	bool unsynced;		/* written, and perhaps not on the disk */
	struct buf pending;	/* entries not yet written */
	size_t frame;		/* where that of the one in the making begins */
	off_t written;		/* the file's length up to the last whole entry */
};

struct journal_reader {
	char *path;
	int fd;
	const char *map;
	char *copy;		/* what map is where the file may be cut off meanwhile; NULL: it is mapped */
	size_t size;
	size_t next;		/* where the next entry begins */
	int64_t last_ns;
};

char *
journal_name(const char *history, const char *uuid)
{
	return xasprintf("%s.journal/%s", history, uuid);
}

char *
journal_base_away(const char *place, const char *uuid)
{
	char *name = xasprintf("writetrace-%s", uuid);
	char *base = path_join(place, name);

	free(name);
	return base;
}

char *
journal_base_of(const char *file)
{
	static const char suffix[] = ".journal";
	size_t len = strlen(file);

	if (len < sizeof(suffix) || strcmp(file + len - (sizeof(suffix) - 1), suffix) != 0)
		return NULL;
	return xstrndup(file, len - (sizeof(suffix) - 1));
}

char *
journal_find_away(const char *uuid)
{
	char *place;

	for (unsigned i = 0; !strchr(uuid, '/') && (place = temporary_place(i)); i++) {
		char *base = journal_base_away(place, uuid);
		char *file = xasprintf("%s.journal", base);
		struct stat st;
		bool ours = lstat(file, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
			    (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;

		free(base);
		free(place);
		if (ours)
			return file;
		free(file);
	}
	return NULL;
}

/* Who could put a journal there would have us record what never was, and undo would act on it. */
static int
check_directory(const char *dir, struct err *e)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int rc = 0;

	if (fd < 0)
		return err_system(e, "cannot open directory %s", dir);
	if (fstat(fd, &st) < 0 || st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		errno = EPERM;
		rc = err_system(e, "directory %s is not for its owner alone", dir);
	}
	close(fd);
	return rc;
}

int
journal_check_directory(const char *history, struct err *e)
{
	char *dir = xasprintf("%s.journal", history);
	struct stat st;
	int rc = lstat(dir, &st) < 0 && errno == ENOENT ? 0 : check_directory(dir, e);

	free(dir);
	return rc;
}

static int
make_directory(const char *history, struct err *e)
{
	char *dir = xasprintf("%s.journal", history);
	int rc = 0;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		rc = err_system(e, "cannot make directory %s", dir);
	else
		rc = check_directory(dir, e);
	free(dir);
	return rc;
}

/* The journal's name, and that of its directory. */
static int
sync_names(const char *history, struct err *e)
{
	char *dir = xasprintf("%s.journal", history);
	int rc = 0;

	if (io_sync_directory(AT_FDCWD, dir) < 0)
		rc = err_system(e, "cannot sync directory %s", dir);
	dir[path_dir_len(dir)] = '\0';
	if (rc == 0 && io_sync_directory(AT_FDCWD, *dir ? dir : ".") < 0)
		rc = err_system(e, "cannot sync directory %s", dir);
	free(dir);
	return rc;
}

/*
 * Make the file under a name that begins with a dot, which nobody looks at, and give it its own when it is locked: who
 * seeks what dead runs have left would else take the lock first, and this run for dead.
 */
static int
open_locked(struct journal *j)
{
	size_t dir_len = path_dir_len(j->path);
	char *hidden = xasprintf("%.*s/.%s", (int)dir_len, j->path, path_name(j->path));
	int rc = -1;

	j->fd = open(hidden, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (j->fd >= 0 && flock(j->fd, LOCK_EX | LOCK_NB) == 0) {
		rc = renameat2(AT_FDCWD, hidden, AT_FDCWD, j->path, RENAME_NOREPLACE);
		/* a file system that does not know the flag: the name is a UUID, so that nothing is there */
		if (rc < 0 && errno == EINVAL)
			rc = rename(hidden, j->path);
	}
	if (rc < 0 && j->fd >= 0) {
		int saved = errno;

		unlink(hidden);
		errno = saved;
	}
	free(hidden);
	return rc;
}

int
journal_create(struct journal **out, const char *history, const char *uuid, bool durable, struct err *e)
{
	struct journal *j;

	if (make_directory(history, e) < 0)
		return -1;
	j = xcalloc(1, sizeof(*j));
	j->fd = j->home_fd = -1;
	j->uuid = xstrdup(uuid);
	j->durable = durable;
	buf_init(&j->pending);
	j->path = journal_name(history, uuid);
	if (open_locked(j) < 0) {
		err_system(e, "cannot make journal %s", j->path);
		journal_close(j, false);
		return -1;
	}
	if (durable && sync_names(history, e) < 0) {
		journal_close(j, true);
		return -1;
	}
	buf_add(&j->pending, magic, sizeof(magic));
	*out = j;
	return 0;
}

struct buf *
journal_begin(struct journal *j, uint32_t type)
{
	struct frame_head head = { 0, 0, type };

	j->frame = j->pending.len;
	buf_add(&j->pending, &head, sizeof(head));
	return &j->pending;
}

static uint32_t
checksum(const char *frame, size_t payload_len)
{
	size_t from = offsetof(struct frame_head, type);

	return (uint32_t)crc32(0, (const Bytef *)frame + from,
			       (uInt)(sizeof(struct frame_head) - from + payload_len));
}

void
journal_end(struct journal *j)
{
	struct frame_head head;
	char *frame;

	frame = j->pending.data + j->frame;
	memcpy(&head, frame, sizeof(head));
	head.len = (uint32_t)(j->pending.len - j->frame - sizeof(head));
	head.crc = checksum(frame, head.len);
	memcpy(frame, &head, sizeof(head));
}

static int
sync_written(struct journal *j, struct err *e)
{
	if (!j->unsynced)
		return 0;
	if (fdatasync(j->fd) < 0)
		return err_system(e, "cannot sync journal %s", j->path);
	j->unsynced = false;
	return 0;
}

int
journal_flush(struct journal *j, struct err *e)
{
	if (j->pending.len == 0)
		return sync_written(j, e);
	if (io_write_full(j->fd, j->pending.data, j->pending.len) < 0) {
		err_system(e, "cannot write journal %s", j->path);
		/* half an entry in the middle would hide all behind it */
		(void)!ftruncate(j->fd, j->written);
		return -1;
	}
	j->written += (off_t)j->pending.len;
	buf_reset(&j->pending);
	j->unsynced = j->durable;
	return sync_written(j, e);
}

/* Whether the name leads to what we write: somebody may have removed or replaced it.  -1 where that cannot be told. */
static int
is_in_place(int fd, const char *path)
{
	struct stat ours, named;

	if (fstat(fd, &ours) < 0)
		return -1;
	if (lstat(path, &named) < 0)
		return io_means_absent(errno) ? 0 : -1;
	return identity_same(&ours, &named);
}

static void
remove_name(int fd, const char *path)
{
	if (is_in_place(fd, path) > 0)
		unlink(path);
}

/* What lies beside the history ends where it was left. */
static void
remove_home(const struct journal *j)
{
	if (j->home_path)
		remove_name(j->home_fd, j->home_path);
}

/* Copy all that has been written into a new file: its descriptor, or -1 with e set. */
static int
copy_written(const struct journal *j, const char *file, struct err *e)
{
	int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc = 0;

	if (fd < 0)
		return err_system(e, "cannot make %s", file);
	/* copying by blocks is refused where all is appended */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || fcntl(fd, F_SETFL, 0) < 0)
		rc = err_system(e, "cannot make %s", file);
	if (rc == 0)
		rc = copy_content(j->fd, fd, j->written, e);
	if (rc == 0 && (ftruncate(fd, j->written) < 0 || fcntl(fd, F_SETFL, O_APPEND) < 0))
		rc = err_system(e, "cannot make %s", file);
	if (rc < 0) {
		unlink(file);
		io_close(&fd);
	}
	return fd;
}

/* All that the journal holds, written or not, into a new file. */
static int
copy_journal(struct journal *j, const char *file, struct err *e)
{
	int fd = copy_written(j, file, e);
	int rc = 0;

	if (fd < 0)
		return -1;
	if (io_write_full(fd, j->pending.data, j->pending.len) < 0 || fsync(fd) < 0) {
		rc = err_system(e, "cannot write %s", file);
		unlink(file);
	}
	close(fd);
	return rc;
}

int
journal_relocate(struct journal *j, const char *file, struct err *e)
{
	int fd = copy_written(j, file, e);

	if (fd < 0)
		return -1;
	if (j->durable && fsync(fd) < 0) {
		err_system(e, "cannot write %s", file);
		unlink(file);
		close(fd);
		return -1;
	}
	if (j->home_path) {
		remove_name(j->fd, j->path);
		io_close(&j->fd);
		free(j->path);
	} else {
		j->home_path = j->path;
		j->home_fd = j->fd;
	}
	j->path = xstrdup(file);
	j->fd = fd;
	return 0;
}

int
journal_keep(struct journal *j, char **file, struct err *e)
{
	const char *const places[] = { getenv("TMPDIR"), "/var/tmp", "/tmp" };
	int rc = -1;

	/* where its place cannot be told it stays: the next command looks for it there */
	if (journal_flush(j, e) == 0 && is_in_place(j->fd, j->path) != 0) {
		*file = xstrdup(j->path);
		remove_home(j);		/* which has only the beginning */
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(places) && rc < 0; i++) {
		if (!places[i] || places[i][0] != '/')
			continue;
		*file = xasprintf("%s/writetrace-%s.journal", places[i], j->uuid);
		rc = copy_journal(j, *file, e);
		if (rc < 0) {
			free(*file);
			*file = NULL;
		}
	}
	/* half of it would be taken for the whole */
	if (rc == 0) {
		remove_name(j->fd, j->path);
		remove_home(j);
	}
	return rc;
}

void
journal_close(struct journal *j, bool remove_file)
{
	if (!j)
		return;
	if (remove_file) {
		remove_name(j->fd, j->path);
		remove_home(j);
	}
	io_close(&j->fd);
	io_close(&j->home_fd);
	buf_release(&j->pending);
	free(j->home_path);
	free(j->path);
	free(j->uuid);
	free(j);
}

const char *
journal_path(const struct journal *j)
{
	return j->path;
}

/* A uuid out of a history may be any text. */
int
journal_open_lock(const struct rights *rights, const char *history, const char *uuid)
{
	char *dir;
	int dir_fd, fd;
	int saved;

	if (strchr(uuid, '/')) {
		errno = EINVAL;
		return -1;
	}
	dir = xasprintf("%s.journal", history);
	dir_fd = open(dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	fd = dir_fd < 0 ? -1 : rights_open_below(rights, dir_fd, uuid);
	saved = errno;
	io_close(&dir_fd);
	free(dir);
	errno = saved;
	return fd;
}

bool
journal_is_live(const char *history, const char *uuid)
{
	int fd = journal_open_lock(NULL, history, uuid);
	bool live = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;

	io_close(&fd);
	return live;
}

static int
begin_entries(struct journal_reader *r, struct err *e)
{
	if (memcmp(r->map, magic, sizeof(magic)) != 0)
		return err_set(e, ERR_INPUT, "%s is no journal of this version", r->path);
	r->next = sizeof(magic);
	return 0;
}

static int
map_file(struct journal_reader *r, struct err *e)
{
	struct stat st;
	void *map;

	if (fstat(r->fd, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "%s is no journal: it is no regular file", r->path);
	if (flock(r->fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			return err_set(e, ERR_BUSY, "the run of journal %s is still going on", r->path);
		return err_system(e, "cannot lock journal %s", r->path);
	}
	if (fstat(r->fd, &st) < 0)
		return err_system(e, "cannot read journal %s", r->path);
	r->last_ns = clock_ns(st.st_mtim);
	if (st.st_size < (off_t)sizeof(magic))
		return 0;	/* died before the first entry */
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, r->fd, 0);
	if (map == MAP_FAILED)
		return err_system(e, "cannot read journal %s", r->path);
	r->map = map;
	r->size = (size_t)st.st_size;
	return begin_entries(r, e);
}

/* With the rights of its owner. */
static int
open_given(const char *file)
{
	int object_fd = open(file, O_PATH | O_CLOEXEC);
	struct rights *rights = NULL;
	struct stat st;
	int fd = -1;

	if (object_fd >= 0 && fstat(object_fd, &st) == 0) {
		rights = rights_of(st.st_uid);
		fd = rights_open(rights, object_fd);
	}
	rights_free(rights);
	io_close(&object_fd);
	return fd;
}

bool
journal_is_one(const char *file)
{
	int fd = open_given(file);
	char head[sizeof(magic)];
	bool is = fd >= 0 && io_read_full(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
		  memcmp(head, magic, sizeof(head) - 1) == 0;	/* all but the version */

	io_close(&fd);
	return is;
}

int
journal_open(struct journal_reader **out, const char *file, struct err *e)
{
	struct journal_reader *r = xcalloc(1, sizeof(*r));

	r->path = xstrdup(file);
	r->fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (r->fd < 0) {
		err_system(e, "cannot open journal %s", file);
		if (errno == ENOENT && e)
			e->code = ERR_NOT_FOUND;
	} else if (map_file(r, e) == 0) {
		*out = r;
		return 0;
	}
	journal_reader_close(r, false);
	return -1;
}

/* What it says is looked up with our rights. */
static int
read_written(struct journal_reader *r, struct err *e)
{
	struct stat st;
	ssize_t n;

	if (fstat(r->fd, &st) < 0)
		return err_system(e, "cannot read journal %s", r->path);
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_set(e, ERR_INPUT, "journal %s is not its reader's alone", r->path);
	r->last_ns = clock_ns(st.st_mtim);
	if (st.st_size < (off_t)sizeof(magic))
		return 0;
	r->copy = xmalloc((size_t)st.st_size);
	n = io_read_full(r->fd, r->copy, (size_t)st.st_size);
	if (n < 0)
		return err_system(e, "cannot read journal %s", r->path);
	if (n < (ssize_t)sizeof(magic))
		return 0;
	r->map = r->copy;
	r->size = (size_t)n;
	return begin_entries(r, e);
}

int
journal_open_running(struct journal_reader **out, const char *history, const char *uuid, struct err *e)
{
	int lock_fd = journal_check_directory(history, e) == 0 ? journal_open_lock(NULL, history, uuid) : -1;
	bool runs = lock_fd >= 0 && flock(lock_fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
	char *away = runs ? journal_find_away(uuid) : NULL;
	struct journal_reader *r;

	if (!runs) {
		io_close(&lock_fd);
		return err_set(e, ERR_NOT_FOUND, "there is no journal of a run that goes on");
	}
	r = xcalloc(1, sizeof(*r));
	r->path = away ? away : journal_name(history, uuid);
	r->fd = away ? open(away, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY) : lock_fd;
	if (away)
		close(lock_fd);
	if (r->fd < 0) {
		err_system(e, "cannot open journal %s", r->path);
	} else if (read_written(r, e) == 0) {
		*out = r;
		return 0;
	}
	journal_reader_close(r, false);
	return -1;
}

int
journal_next(struct journal_reader *r, uint32_t *type, struct packed *fields)
{
	struct frame_head head;
	size_t left = r->size - r->next;

	if (!r->map || left < sizeof(head))
		return 0;
	memcpy(&head, r->map + r->next, sizeof(head));
	if (head.len > left - sizeof(head) || checksum(r->map + r->next, head.len) != head.crc)
		return 0;
	*type = head.type;
	*fields = (struct packed){ .bytes = r->map + r->next + sizeof(head), .len = head.len };
	r->next += sizeof(head) + head.len;
	return 1;
}

int64_t
journal_last_ns(const struct journal_reader *r)
{
	return r->last_ns;
}

void
journal_reader_close(struct journal_reader *r, bool remove_file)
{
	if (!r)
		return;
	if (remove_file)
		unlink(r->path);
	if (r->map && !r->copy)
		munmap((void *)(uintptr_t)r->map, r->size);
	io_close(&r->fd);
	free(r->copy);
	free(r->path);
	free(r);
}
