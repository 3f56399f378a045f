/* What a path or a descriptor of a tracee means. */
#include "config.h"

#include "trace/path/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/path.h"
#include "base/shared_fd.h"

void
target_name_in(struct target *t, const struct target *dir, const char *name)
{
	if (!dir->path || dir->sight == TARGET_ANONYMOUS)
		return;
	free(t->path);
	t->path = path_join(dir->path, name);
	t->sight = dir->sight;
}

void
target_close_dir(struct target *t)
{
	if (t->dir_shared)
		t->dir_fd = -1;
	else
		io_close(&t->dir_fd);
	shared_fd_drop(t->dir_shared);
	t->dir_shared = NULL;
}

void
target_close(struct target *t)
{
	io_close(&t->fd);
	target_close_dir(t);
}

void
target_forget(struct target *t)
{
	target_close(t);
	memset(&t->st, 0, sizeof(t->st));
	if (t->sight == TARGET_RESOLVED)
		t->sight = TARGET_UNKNOWN;
}

void
target_unmake(struct target *t)
{
	io_close(&t->fd);
	memset(&t->st, 0, sizeof(t->st));
	t->birth = 0;
}

void
target_release(struct target *t)
{
	target_close(t);
	free(t->path);
	t->path = NULL;
}
