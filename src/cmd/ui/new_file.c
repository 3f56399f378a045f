/* Files that are there whole, or not at all. */
#include "config.h"

#include "cmd/ui/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "cmd/ui/interrupt.h"

/* For the handler, which is given nothing else: the one such file that there can be; NULL: nothing to remove. */
static const char *volatile to_remove;

static void
on_fatal_signal(int number)
{
	const char *name = to_remove;

	if (name)
		unlink(name);
	signal(number, SIG_DFL);
	raise(number);
}

static int
exists_already(const char *name, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s is there already: it is not overwritten", name);
}

static int
begin_new_file(struct new_file *n, const char *name, mode_t mode, struct err *e)
{
	n->name = xstrdup(name);
	n->temporary = xasprintf("%s.new-XXXXXX", name);
	n->fd = mkostemp(n->temporary, O_CLOEXEC);
	if (n->fd < 0) {
		err_system(e, "cannot write %s", name);
		free(n->temporary);
		n->temporary = NULL;
		return -1;
	}
	to_remove = n->temporary;
	interrupt_catch(on_fatal_signal);
	return fchmod(n->fd, mode) < 0 ? err_system(e, "cannot write %s", name) : 0;
}

int
new_file_begin(struct new_file *n, const char *name, struct err *e)
{
	struct stat st;

	if (lstat(name, &st) == 0)
		return exists_already(name, e);
	return begin_new_file(n, name, 0600, e);
}

int
new_file_begin_over(struct new_file *n, const char *name, struct err *e)
{
	mode_t mask = umask(0);

	umask(mask);
	n->over = true;
	return begin_new_file(n, name, 0666 & ~mask, e);
}

/* Without replacing, also where the file system cannot rename so. */
static int
name_new_file(const struct new_file *n)
{
	if (n->over)
		return rename(n->temporary, n->name);
	if (renameat2(AT_FDCWD, n->temporary, AT_FDCWD, n->name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (link(n->temporary, n->name) < 0)
		return -1;
	return unlink(n->temporary);
}

int
new_file_end(struct new_file *n, struct err *e)
{
	if (fsync(n->fd) < 0)
		return err_system(e, "cannot write %s", n->name);
	if (name_new_file(n) < 0)
		return errno == EEXIST ? exists_already(n->name, e) : err_system(e, "cannot write %s", n->name);
	to_remove = NULL;
	free(n->temporary);
	n->temporary = NULL;
	return 0;
}

void
new_file_release(struct new_file *n)
{
	to_remove = NULL;
	if (n->temporary)
		unlink(n->temporary);
	io_close(&n->fd);
	free(n->temporary);
	free(n->name);
	n->temporary = n->name = NULL;
}
