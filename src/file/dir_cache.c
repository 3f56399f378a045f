/* The directory of the path looked at last. */
#include "config.h"

#include "file/dir_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "file/open.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"

int
dir_cache_of(struct dir_cache *c, const char *path)
{
	size_t len = path_dir_len(path);

	if (!c->dir || strlen(c->dir) != len || strncmp(c->dir, path, len) != 0) {
		dir_cache_release(c);
		c->dir = xstrndup(path, len);
		c->fd = open_canonical(c->dir, O_PATH | O_DIRECTORY);
		c->error = errno;
	}
	errno = c->error;
	return c->fd;
}

void
dir_cache_release(struct dir_cache *c)
{
	io_close(&c->fd);
	free(c->dir);
	c->dir = NULL;
}
