/* The content of one regular file into another. */
#ifndef WT_FILE_COPY_H
#define WT_FILE_COPY_H

#include <stdint.h>

#include "base/err.h"

/*
 * Copy size_bytes, or as many as there are, from the beginning of from to the beginning of to, an empty file
 * open for writing.  Blocks are shared where the file system can (ioctl_ficlonerange(2)); holes stay holes
 * (lseek(2), SEEK_DATA).  What comes of a file
 * that is written meanwhile is not said here: the caller compares its size and times before and after.
 * 0, or -1 with e set to ERR_SYSTEM.
 */
int copy_content(int from, int to, int64_t size_bytes, struct err *e);

#endif
