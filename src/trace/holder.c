/* Who has a descriptor of an object, by /proc. */
#include "config.h"

#include "trace/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "trace/attach_found.h"
#include "trace/path/proc.h"
#include "trace/tracer.h"

static bool
can_read(pid_t tid, int fd)
{
	long flags = proc_fd_flags(tid, fd);

	return flags >= 0 && !(flags & O_PATH) && (flags & O_ACCMODE) != O_WRONLY;
}

/* Whatever file system a descriptor is on: nobody who serves it is asked (statx(2), AT_STATX_DONT_SYNC). */
static bool
is_sought(int dir, const char *name, const struct holder_sought *s)
{
	struct statx sx;

	return statx(dir, name, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &sx) == 0 &&
	       (sx.stx_mode & S_IFMT) == s->type && sx.stx_ino == s->ino &&
	       (s->dev == 0 || makedev(sx.stx_dev_major, sx.stx_dev_minor) == s->dev);
}

static bool
task_has(pid_t tid, const struct holder_sought *s, struct holder *out)
{
	const struct dirent *d;
	bool found = false;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)tid);
	dir = opendir(path);
	while (dir && !found && (d = readdir(dir))) {
		if (d->d_name[0] == '.' || !is_sought(dirfd(dir), d->d_name, s) ||
		    (s->reading && !can_read(tid, atoi(d->d_name))))
			continue;
		*out = (struct holder){ tid, atoi(d->d_name) };
		found = true;
	}
	if (dir)
		closedir(dir);
	return found;
}

bool
holder_find_tracee(const struct tracer *tr, const struct holder_sought *s, struct holder *out)
{
	struct tracee *t, *next;

	HASH_ITER(hh, tr->tracees, t, next) {
		if (t->process && attach_found_is_own(t) && task_has(t->tid, s, out))
			return true;
	}
	return false;
}

bool
holder_is_inside(const struct tracer *tr, pid_t pid)
{
	/* the front has started us; what we have started looks for us */
	return tracee_of_process(tr, pid) || pid == getpid() || pid == getppid() || proc_parent(pid) == getpid();
}

bool
holder_find_outside(const struct tracer *tr, const struct holder_sought *s, struct holder *out)
{
	const struct dirent *d;
	DIR *dir = opendir("/proc");
	bool found = false;

	while (dir && !found && (d = readdir(dir))) {
		pid_t pid = (pid_t)atoi(d->d_name);

		found = isdigit((unsigned char)d->d_name[0]) && !tracee_find(tr, pid) && task_has(pid, s, out) &&
			!holder_is_inside(tr, pid);
	}
	if (dir)
		closedir(dir);
	if (!found)
		*out = (struct holder){ 0, -1 };
	return found;
}

bool
holder_has(const struct holder *h, const struct holder_sought *s)
{
	char name[64];

	if (h->pid == 0)
		return false;
	snprintf(name, sizeof(name), "/proc/%d/fd/%d", (int)h->pid, h->fd);
	return is_sought(AT_FDCWD, name, s);
}
