/*
 * Walking a tree on one file system, the names of each directory in byte order and a directory before what is in it: two
 * walks of one tree meet its names in the same order (tree_walk_compare()).  No symbolic link is followed.
 */
#ifndef WT_FILE_TREE_WALK_H
#define WT_FILE_TREE_WALK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* A name that was met.  All is borrowed. */
struct tree_name {
	const char *path;
	int dir_fd;		/* of the directory that holds it */
	const char *name;	/* in there */
	struct stat st;
	int64_t birth;		/* as struct file_state has it; 0 where statx(2) does not tell */
	int error;		/* of a directory: why what is in it is not met, EXDEV where it is on another file system */
};

enum tree_walk_next {
	TREE_WALK_ON,
	TREE_WALK_PAST,		/* not into this directory */
	TREE_WALK_STOP
};

typedef enum tree_walk_next tree_walk_fn(void *context, const struct tree_name *n);

struct tree_walk {
	tree_walk_fn *visit;
	/* asked before a name is looked at: whether it is none of the walk's business, or not to be touched */
	bool (*shun)(void *context, const char *path);
	void *context;
};

/*
 * Walk what is at name in dir_fd, which is called path; nothing where nothing is there.  0, or -1 with errno: it could not be
 * looked at.
 */
int tree_walk(int dir_fd, const char *name, const char *path, const struct tree_walk *walk);

/* Below, at or above 0 as a walk meets a before b, both of them of one tree. */
int tree_walk_compare(const char *a, const char *b);

#endif
