/* SQLite's own way to the system, but for how it waits, and for files that are given by their descriptor. */
#include "config.h"

#include "store/vfs.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static const char own_name[] = "writetrace";

/*
 * The whole process's, as SQLite's own list of such ways is: a connection finds its way in it by name.  A process that
 * holds tracees has one history open to write to, and that one says whether to hurry.
 */
static sqlite3_vfs *below;
static sqlite3_vfs ours;
static bool hurried;

/* The caller counts how often it has asked, not how long it has slept. */
static int
on_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs;
	return hurried ? 0 : below->xSleep(below, microseconds);
}

/* --- a file that is given by its descriptor: it is read, and nobody writes to it --- */

/* By such a name anybody would open the same; but SQLite refuses links at the end of a name. */
static const char fd_names[] = "/proc/self/fd/";

struct fd_file {
	sqlite3_file file;	/* SQLite's own part */
	int fd;			/* borrowed */
};

/* The descriptor that a name stands for; -1 for all other names. */
static int
named_fd(const char *name)
{
	size_t len = strlen(fd_names);

	if (!name || strncmp(name, fd_names, len) != 0 || !name[len] ||
	    name[len + strspn(name + len, "0123456789")] || strlen(name + len) > 9)
		return -1;
	return atoi(name + len);
}

static int
on_close_fd(sqlite3_file *file)
{
	(void)file;
	return SQLITE_OK;
}

/* What is behind the end is zeros. */
static int
on_read_fd(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
	const struct fd_file *f = (const struct fd_file *)file;
	int got = 0;

	while (got < len) {
		ssize_t n = pread(f->fd, (char *)bytes + got, (size_t)(len - got), at + got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return SQLITE_IOERR_READ;
		if (n == 0)
			break;
		got += (int)n;
	}
	memset((char *)bytes + got, 0, (size_t)(len - got));
	return got == len ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int
on_write_fd(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
	(void)file, (void)bytes, (void)len, (void)at;
	return SQLITE_READONLY;
}

static int
on_truncate_fd(sqlite3_file *file, sqlite3_int64 size)
{
	(void)file, (void)size;
	return SQLITE_READONLY;
}

static int
on_size_fd(sqlite3_file *file, sqlite3_int64 *size)
{
	struct stat st;

	if (fstat(((const struct fd_file *)file)->fd, &st) < 0)
		return SQLITE_IOERR_FSTAT;
	*size = st.st_size;
	return SQLITE_OK;
}

static int
on_flag_fd(sqlite3_file *file, int flags)
{
	(void)file, (void)flags;
	return SQLITE_OK;
}

static int
on_reserved_fd(sqlite3_file *file, int *reserved)
{
	(void)file;
	*reserved = 0;
	return SQLITE_OK;
}

static int
on_control_fd(sqlite3_file *file, int what, void *argument)
{
	(void)file, (void)what, (void)argument;
	return SQLITE_NOTFOUND;
}

static int
on_sector_fd(sqlite3_file *file)
{
	(void)file;
	return 0;
}

static int
on_characteristics_fd(sqlite3_file *file)
{
	(void)file;
	return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods fd_methods = {
	.iVersion = 1,
	.xClose = on_close_fd,
	.xRead = on_read_fd,
	.xWrite = on_write_fd,
	.xTruncate = on_truncate_fd,
	.xSync = on_flag_fd,
	.xFileSize = on_size_fd,
	.xLock = on_flag_fd,
	.xUnlock = on_flag_fd,
	.xCheckReservedLock = on_reserved_fd,
	.xFileControl = on_control_fd,
	.xSectorSize = on_sector_fd,
	.xDeviceCharacteristics = on_characteristics_fd,
};

static int
on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct fd_file *f = (struct fd_file *)file;
	int fd = named_fd(name);

	(void)vfs;
	if (fd < 0 || !(flags & SQLITE_OPEN_MAIN_DB))
		return below->xOpen(below, name, file, flags, out_flags);
	f->file.pMethods = &fd_methods;
	f->fd = fd;
	if (out_flags)
		*out_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
	return SQLITE_OK;
}

static int
on_full_pathname(sqlite3_vfs *vfs, const char *path, int room, char *out)
{
	(void)vfs;
	if (named_fd(path) < 0)
		return below->xFullPathname(below, path, room, out);
	if (strlen(path) >= (size_t)room)
		return SQLITE_CANTOPEN;
	strcpy(out, path);
	return SQLITE_OK;
}

char *
vfs_fd_name(int fd)
{
	return xasprintf("%s%d", fd_names, fd);
}

const char *
vfs_name(void)
{
	if (below)
		return own_name;
	below = sqlite3_vfs_find(NULL);
	if (!below)
		return NULL;
	ours = *below;
	ours.zName = own_name;
	ours.pNext = NULL;
	ours.xSleep = on_sleep;
	ours.xFullPathname = on_full_pathname;
	ours.xOpen = on_open;
	if (ours.szOsFile < (int)sizeof(struct fd_file))
		ours.szOsFile = sizeof(struct fd_file);
	if (sqlite3_vfs_register(&ours, 0) == SQLITE_OK)
		return own_name;
	below = NULL;
	return NULL;
}

void
vfs_hurry(bool hurry)
{
	hurried = hurry;
}
