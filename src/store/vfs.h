/*
 * SQLite sleeps by itself, whatever sqlite3_busy_timeout() says, where the locks on a -wal's index keep changing or
 * cannot be had: up to ten seconds for each statement (SQLITE_PROTOCOL).  Where tracees are held meanwhile it must not.
 * And it opens files by their names, for writing where it likes.
 */
#ifndef WT_STORE_VFS_H
#define WT_STORE_VFS_H

#include <stdbool.h>

/* For sqlite3_open_v2(); NULL, which stands for SQLite's own, where ours cannot be registered. */
const char *vfs_name(void);

/*
 * The name by which a file is opened, for reading, that fd is a descriptor of, by a connection with vfs_name(); nobody
 * may write to it.  fd stays the caller's, and open for as long.  A string for the caller to free.
 */
char *vfs_fd_name(int fd);

/* From now on nothing in this process sleeps in SQLite, or may again. */
void vfs_hurry(bool hurry);

#endif
