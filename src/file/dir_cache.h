/* The directory of the path looked at last, kept open: paths come in byte order, many of one directory. */
#ifndef WT_FILE_DIR_CACHE_H
#define WT_FILE_DIR_CACHE_H

struct dir_cache {
	char *dir;
	int fd;			/* -1: it cannot be opened */
	int error;		/* and this is why */
};

#define DIR_CACHE_INIT { .fd = -1 }

/*
 * O_PATH | O_DIRECTORY of the directory part of an absolute path, opened as open_canonical() does; it stays the
 * cache's.  -1 with errno.
 */
int dir_cache_of(struct dir_cache *c, const char *path);
void dir_cache_release(struct dir_cache *c);

#endif
