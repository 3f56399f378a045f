/* What is mounted where, as a process sees it (proc(5), /proc/pid/mountinfo). */
#ifndef WT_MOUNT_INFO_H
#define WT_MOUNT_INFO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

/* One line; the strings lie in the text that is being read. */
struct mount {
	uint64_t id;		/* of no other mount now, in any namespace */
	const char *device;	/* major:minor */
	char *root;		/* the directory of the file system that is mounted */
	char *point;		/* where, from the process's root */
	const char *options;	/* of the mount, separated by commas */
	const char *type;	/* of the file system */
};

/* Read that of pid (0: ours) into text, and return where the first line begins; NULL where there is none to be had. */
char *mount_info_read(pid_t pid, struct buf *text);

/* Take the line at *next apart; *next is the one behind it afterwards.  False at the end of the text. */
bool mount_info_next(char **next, struct mount *m);

#endif
