/* SQLite's default VFS, each of whose services can be refused: what it says then is what each may say. */
#include "badvfs.h"

#include <sqlite3.h>
#include <stddef.h>

struct bad_file {
	sqlite3_file base;
	sqlite3_file *real;	/* behind this */
};

static sqlite3_vfs *below;
static sqlite3_vfs bad;

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return ((struct bad_file *)file)->real;
}

/* METHOD(name, error, parameters, arguments): a method of a file that fails so. */
#define METHOD(name, error, parameters, arguments)			\
	static int							\
	on_##name parameters						\
	{								\
		return badvfs_fails() ? (error) : real_of(f)->pMethods->x##name arguments; \
	}

METHOD(Read, SQLITE_IOERR_READ, (sqlite3_file *f, void *to, int n, sqlite3_int64 at), (real_of(f), to, n, at))
METHOD(Write, SQLITE_FULL, (sqlite3_file *f, const void *from, int n, sqlite3_int64 at), (real_of(f), from, n, at))
METHOD(Truncate, SQLITE_IOERR_TRUNCATE, (sqlite3_file *f, sqlite3_int64 size), (real_of(f), size))
METHOD(Sync, SQLITE_IOERR_FSYNC, (sqlite3_file *f, int flags), (real_of(f), flags))
METHOD(FileSize, SQLITE_IOERR_FSTAT, (sqlite3_file *f, sqlite3_int64 *size), (real_of(f), size))
METHOD(Lock, SQLITE_IOERR_LOCK, (sqlite3_file *f, int level), (real_of(f), level))
METHOD(Unlock, SQLITE_IOERR_UNLOCK, (sqlite3_file *f, int level), (real_of(f), level))
METHOD(CheckReservedLock, SQLITE_IOERR_CHECKRESERVEDLOCK, (sqlite3_file *f, int *is), (real_of(f), is))
METHOD(ShmMap, SQLITE_IOERR_SHMMAP, (sqlite3_file *f, int page, int size, int extend, void volatile **to),
       (real_of(f), page, size, extend, to))
METHOD(ShmLock, SQLITE_BUSY, (sqlite3_file *f, int at, int n, int flags), (real_of(f), at, n, flags))

static int
on_Close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}

static int
on_FileControl(sqlite3_file *f, int op, void *argument)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, argument);
}

static int
on_SectorSize(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int
on_DeviceCharacteristics(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static void
on_ShmBarrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int
on_ShmUnmap(sqlite3_file *f, int remove)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, .xClose = on_Close, .xRead = on_Read, .xWrite = on_Write, .xTruncate = on_Truncate,
	.xSync = on_Sync, .xFileSize = on_FileSize, .xLock = on_Lock, .xUnlock = on_Unlock,
	.xCheckReservedLock = on_CheckReservedLock, .xFileControl = on_FileControl, .xSectorSize = on_SectorSize,
	.xDeviceCharacteristics = on_DeviceCharacteristics, .xShmMap = on_ShmMap, .xShmLock = on_ShmLock,
	.xShmBarrier = on_ShmBarrier, .xShmUnmap = on_ShmUnmap,
};

static int
on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *flags_out)
{
	struct bad_file *file = (struct bad_file *)f;
	int rc;

	(void)vfs;
	f->pMethods = NULL;
	if (badvfs_fails())
		return SQLITE_CANTOPEN;
	file->real = (sqlite3_file *)(file + 1);
	file->real->pMethods = NULL;
	rc = below->xOpen(below, name, file->real, flags, flags_out);
	if (file->real->pMethods)
		f->pMethods = &methods;
	return rc;
}

static int
on_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	return badvfs_fails() ? SQLITE_IOERR_DELETE : below->xDelete(below, name, sync);
}

static int
on_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	(void)vfs;
	return badvfs_fails() ? SQLITE_IOERR_ACCESS : below->xAccess(below, name, flags, out);
}

void
badvfs_register(void)
{
	below = sqlite3_vfs_find(NULL);
	if (!below)
		return;
	bad = *below;
	bad.zName = "bad";
	bad.pNext = NULL;
	bad.szOsFile += (int)sizeof(struct bad_file);
	bad.xOpen = on_open;
	bad.xDelete = on_delete;
	bad.xAccess = on_access;
	sqlite3_vfs_register(&bad, 1);
}
