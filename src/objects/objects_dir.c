/* The store of old contents as it lies on the disk: names, the lock, reading, removing.  What one run puts is in objects.c. */
#include "config.h"

#include "objects/objects_dir.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "file/rights.h"

void
objects_dir_name(const struct digest *d, char name[OBJECTS_NAME_LEN + 1])
{
	char hex[2 * DIGEST_SIZE + 1];

	digest_hex(d, hex);
	memcpy(name, hex, OBJECTS_SHARD_LEN);
	name[OBJECTS_SHARD_LEN] = '/';
	strcpy(name + OBJECTS_SHARD_LEN + 1, hex + OBJECTS_SHARD_LEN);
}

static char *
object_path(const char *history, const struct digest *d)
{
	char name[OBJECTS_NAME_LEN + 1];

	objects_dir_name(d, name);
	return xasprintf("%s.objects/%s", history, name);
}

int
objects_dir_get(const char *history, const struct digest *d)
{
	char *path = object_path(history, d);
	int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	int fd = open(path, flags | O_NOATIME);
	struct stat st;
	int saved = 0;

	if (fd < 0 && errno == EPERM)
		fd = open(path, flags);		/* O_NOATIME is for the owner */
	if (fd >= 0 && fstat(fd, &st) < 0)
		saved = errno;
	else if (fd >= 0 && !S_ISREG(st.st_mode))
		saved = ENOENT;			/* whatever it is, it is no object */
	if (saved) {
		io_close(&fd);
		errno = saved;
	}
	free(path);
	return fd;
}

/* From the directory of the history on no link is followed: who made it could lead us elsewhere. */
int
objects_dir_get_as(const struct rights *rights, const char *history, const struct digest *d)
{
	char name[OBJECTS_NAME_LEN + 1];
	char *dir, *below;
	int dir_fd, fd = -1;
	int saved;

	if (!rights)
		return objects_dir_get(history, d);
	objects_dir_name(d, name);
	dir = xstrndup(history, path_dir_len(history));
	below = xasprintf("%s.objects/%s", path_name(history), name);
	dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd >= 0)
		fd = rights_open_below(rights, dir_fd, below);
	saved = fd < 0 && errno == EINVAL ? ENOENT : errno;	/* whatever it is, it is no object */
	io_close(&dir_fd);
	free(below);
	free(dir);
	errno = saved;
	return fd;
}

bool
objects_dir_has(const char *history, const struct digest *d)
{
	char *path = object_path(history, d);
	struct stat st;
	bool has = lstat(path, &st) == 0 && S_ISREG(st.st_mode);

	free(path);
	return has;
}

void
objects_dir_lock(int dir_fd, int how)
{
	while (flock(dir_fd, how) < 0 && errno == EINTR)
		;
}

void
objects_dir_remove_left_over(int dir_fd)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	int left;

	if (!dir) {
		io_close(&fd);
		return;
	}
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, "new-", 4) != 0)
			continue;
		left = openat(dir_fd, entry->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (left >= 0 && flock(left, LOCK_EX | LOCK_NB) == 0)
			unlinkat(dir_fd, entry->d_name, 0);
		io_close(&left);
	}
	closedir(dir);
}

bool
objects_dir_is_safe(int dir_fd)
{
	struct stat st;

	return fstat(dir_fd, &st) == 0 && st.st_uid == geteuid() && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

int
objects_dir_remove_name(int dir_fd, char name[OBJECTS_NAME_LEN + 1])
{
	if (unlinkat(dir_fd, name, 0) < 0)
		return -1;
	name[OBJECTS_SHARD_LEN] = '\0';
	unlinkat(dir_fd, name, AT_REMOVEDIR);
	return 0;
}

static int
open_existing(const char *history)
{
	char *path = xasprintf("%s.objects", history);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int saved = errno;

	free(path);
	errno = saved;
	return fd;
}

int
objects_dir_clear_up(const char *history, struct err *e)
{
	int dir_fd = open_existing(history);
	int rc = 0;

	if (dir_fd < 0)
		return errno == ENOENT ? 0 : err_system(e, "cannot open directory %s.objects", history);
	if (objects_dir_is_safe(dir_fd)) {
		objects_dir_remove_left_over(dir_fd);
	} else {
		errno = EPERM;
		rc = err_system(e, "directory %s.objects is not for its owner alone", history);
	}
	close(dir_fd);
	return rc;
}

int
objects_dir_remove(const char *history, const struct digest *d, int64_t used_before_ns)
{
	int dir_fd = open_existing(history);
	char name[OBJECTS_NAME_LEN + 1];
	struct stat st;
	int rc = -1;
	int saved;

	if (dir_fd < 0)
		return -1;
	objects_dir_name(d, name);
	objects_dir_lock(dir_fd, LOCK_EX);
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (used_before_ns == INT64_MAX || clock_ns(st.st_mtim) < used_before_ns)
			rc = objects_dir_remove_name(dir_fd, name);
		else
			errno = EBUSY;
	}
	saved = errno;
	close(dir_fd);		/* and the lock goes */
	errno = saved;
	return rc;
}

static bool
parse_hex(const char *text, size_t digits, unsigned char *out)
{
	for (size_t i = 0; i < digits; i++) {
		unsigned char c = (unsigned char)text[i];
		unsigned value;

		if (!isdigit(c) && (c < 'a' || c > 'f'))
			return false;
		value = isdigit(c) ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
		out[i / 2] = (unsigned char)(i % 2 ? out[i / 2] | value : value << 4);
	}
	return text[digits] == '\0';
}

bool
objects_dir_parse_name(const char *name, struct digest *d)
{
	char shard[OBJECTS_SHARD_LEN + 1] = "";

	if (strlen(name) != OBJECTS_NAME_LEN || name[OBJECTS_SHARD_LEN] != '/')
		return false;
	memcpy(shard, name, OBJECTS_SHARD_LEN);
	return parse_hex(shard, OBJECTS_SHARD_LEN, d->bytes) &&
	       parse_hex(name + OBJECTS_SHARD_LEN + 1, 2 * DIGEST_SIZE - OBJECTS_SHARD_LEN, d->bytes + 1);
}

/* The objects of one directory of the store. */
static int
walk_shard(int dir_fd, const char *shard, int (*visit)(void *context, const struct objects_entry *entry),
	   void *context)
{
	struct objects_entry entry = { 0 };
	int fd = openat(dir_fd, shard, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *d;
	struct stat st;
	int rc = 0;

	if (!dir) {
		io_close(&fd);
		return 0;	/* no directory: none of ours */
	}
	(void)parse_hex(shard, OBJECTS_SHARD_LEN, entry.digest.bytes);
	while (rc == 0 && (d = readdir(dir))) {
		if (!parse_hex(d->d_name, 2 * DIGEST_SIZE - OBJECTS_SHARD_LEN, entry.digest.bytes + 1) ||
		    fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
			continue;
		entry.size_bytes = st.st_size;
		entry.disk_bytes = (int64_t)st.st_blocks * 512;
		entry.used_ns = clock_ns(st.st_mtim);
		rc = visit(context, &entry);
	}
	closedir(dir);
	return rc;
}

int
objects_dir_walk(const char *history, int (*visit)(void *context, const struct objects_entry *entry),
		 void *context, struct err *e)
{
	int fd = open_existing(history);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *d;
	unsigned char byte;
	int rc = 0;

	if (!dir) {
		io_close(&fd);
		return errno == ENOENT ? 0 : err_system(e, "cannot read directory %s.objects", history);
	}
	while (rc == 0 && (d = readdir(dir))) {
		if (parse_hex(d->d_name, OBJECTS_SHARD_LEN, &byte))
			rc = walk_shard(fd, d->d_name, visit, context);
	}
	closedir(dir);
	return rc;
}

static int
remove_visited(void *context, const struct objects_entry *entry)
{
	(void)objects_dir_remove(context, &entry->digest, INT64_MAX);
	return 0;
}

void
objects_dir_remove_all(const char *base)
{
	char *own = xstrdup(base);
	char *dir = xasprintf("%s.objects", base);
	struct err unsaid;

	if (objects_dir_clear_up(base, &unsaid) == 0)
		(void)objects_dir_walk(base, remove_visited, own, &unsaid);
	rmdir(dir);
	free(dir);
	free(own);
}
