/* Reading and writing whole things, whatever the kernel does in between. */
#ifndef WT_BASE_IO_H
#define WT_BASE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"

/* 0, or -1 with errno set.  EINTR is tried again; short writes go on. */
int io_write_full(int fd, const void *bytes, size_t len);
int io_pwrite_full(int fd, const void *bytes, size_t len, off_t at);

/* The number of bytes read, less than len only at the end of the file; -1 with errno set. */
ssize_t io_read_full(int fd, void *bytes, size_t len);

/* Add what is left to read of fd to out, at most limit bytes (EFBIG past that).  0, or -1 with errno set. */
int io_read_all(int fd, struct buf *out, size_t limit);

/* io_read_all of a file.  0, or -1 with errno set. */
int io_read_file(const char *path, struct buf *out, size_t limit);

/* The text of a symbolic link; name may be "" where dirfd is the link itself (O_PATH).  0, or -1 with errno set. */
int io_readlink(int dirfd, const char *name, struct buf *out);

/*
 * /proc/self/fd, kept open, so that a look at a descriptor of ours by its number there need not begin at the root;
 * -1 with errno where there is no procfs.  Not the caller's to close; a child of fork(2) gets one of its own.
 */
int io_own_fds(void);

/*
 * "fd/N", a descriptor's name in /proc/PID, and "N", its name in /proc/PID/fd; the text is in room.  Made without
 * printf(3), which takes as long as the call that the name is for.
 */
enum { IO_FD_ROOM = 16 };
const char *io_fd_link(char room[IO_FD_ROOM], int fd);
const char *io_fd_name(char room[IO_FD_ROOM], int fd);

/* Whether a failed look says that nothing is there; any other error says that we cannot tell. */
bool io_means_absent(int error);

/* fsync(2) of the directory name in the directory at_fd.  0, or -1 with errno set. */
int io_sync_directory(int at_fd, const char *name);

/* Close every descriptor from first on but those in keep (n of them, in any order). */
void io_close_from(int first, const int *keep, size_t n);

/* close, if there is something to close; *fd is -1 afterwards. */
void io_close(int *fd);

#endif
