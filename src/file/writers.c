/* Whether a process can still write to files. */
#include "config.h"

#include "file/writers.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "base/io.h"

enum {
	DESCRIPTORS_MAX = 4096,	/* of a process with more of them nothing is told: it would take too long */
	MAPS_MAX = 4 << 20,
};

static void
note_open(struct writer_file *files, size_t n, dev_t dev, ino_t ino)
{
	for (size_t i = 0; i < n; i++) {
		if (files[i].dev == dev && files[i].ino == ino)
			files[i].is_open = true;
	}
}

/* The mode of the link itself says what the descriptor is open for (proc(5)). */
static void
look_at_descriptor(int dirfd, const char *name, struct writer_file *files, size_t n)
{
	struct statx sx;
	struct stat link;

	if (fstatat(dirfd, name, &link, AT_SYMLINK_NOFOLLOW) < 0 || !(link.st_mode & S_IWUSR))
		return;
	if (statx(dirfd, name, AT_STATX_DONT_SYNC, STATX_INO, &sx) == 0)
		note_open(files, n, makedev(sx.stx_dev_major, sx.stx_dev_minor), (ino_t)sx.stx_ino);
}

static int
look_at_descriptors(pid_t pid, struct writer_file *files, size_t n)
{
	const struct dirent *d;
	unsigned seen = 0;
	char path[64];
	DIR *dir;

	/* that of a thread: the first one may have ended before the others */
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	if (!dir)
		return -1;
	while (seen < DESCRIPTORS_MAX && (d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		look_at_descriptor(dirfd(dir), d->d_name, files, n);
		seen++;
	}
	closedir(dir);
	return seen > 0 && seen < DESCRIPTORS_MAX ? 0 : -1;
}

/* By the number alone: some file systems show another device here than stat(2) does. */
static void
look_at_mapping(const char *line, struct writer_file *files, size_t n)
{
	unsigned long long ino = 0;
	char perms[5];

	if (sscanf(line, "%*s %4s %*s %*s %llu", perms, &ino) < 2 || ino == 0 || perms[1] != 'w' || perms[3] != 's')
		return;
	for (size_t i = 0; i < n; i++) {
		if (files[i].ino == (ino_t)ino)
			files[i].is_open = true;
	}
}

static int
look_at_mappings(pid_t pid, struct writer_file *files, size_t n)
{
	struct buf maps = BUF_INIT;
	char *line, *next = NULL;
	char path[64];
	int rc;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	rc = io_read_file(path, &maps, MAPS_MAX);
	if (rc == 0) {
		for (line = strtok_r(maps.data, "\n", &next); line; line = strtok_r(NULL, "\n", &next))
			look_at_mapping(line, files, n);
	}
	buf_release(&maps);
	return rc;
}

int
writers_look(pid_t pid, struct writer_file *files, size_t n)
{
	bool want_maps = false;

	for (size_t i = 0; i < n; i++)
		files[i].is_open = false;
	if (look_at_descriptors(pid, files, n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		want_maps |= files[i].may_be_mapped && !files[i].is_open;
	return want_maps ? look_at_mappings(pid, files, n) : 0;
}
