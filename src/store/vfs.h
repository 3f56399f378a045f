/*
 * SQLite sleeps by itself, whatever sqlite3_busy_timeout() says, where the locks on a -wal's index keep changing or
 * cannot be had: up to ten seconds for each statement (SQLITE_PROTOCOL).  Where tracees are held meanwhile it must not.
 */
#ifndef WT_STORE_VFS_H
#define WT_STORE_VFS_H

#include <stdbool.h>

/* For sqlite3_open_v2(); NULL, which stands for SQLite's own, where ours cannot be registered. */
const char *vfs_name(void);

/* From now on nothing in this process sleeps in SQLite, or may again. */
void vfs_hurry(bool hurry);

#endif
