/* Whether a process can still write to files that it has once opened: by its descriptors and its shared mappings. */
#ifndef WT_FILE_WRITERS_H
#define WT_FILE_WRITERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct writer_file {
	dev_t dev;
	ino_t ino;
	bool may_be_mapped;	/* it was opened for reading as well: a mapping may write to it without a descriptor */
	bool is_open;		/* the answer */
};

/*
 * Look which of n files a process has open for writing, or mapped shared and writable (/proc/PID/fd, /proc/PID/maps).
 * Nobody who serves a file system is asked.  0, or -1 where that cannot be told: then each counts as open.
 */
int writers_look(pid_t pid, struct writer_file *files, size_t n);

#endif
