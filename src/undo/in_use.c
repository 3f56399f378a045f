/* Files that a running process writes to. */
#include "config.h"

#include "undo/in_use.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

enum { PROGRAM_MAX = 64 };

/* By what a process names a file. */
struct used_file {
	dev_t dev;
	ino_t ino;
};

struct in_use_search {
	struct undo_paths *b;
	int *file;		/* the paths that are sought, by object */
	int n;
	int64_t pid;		/* the process that is looked at, and its directory in /proc */
	int pid_fd;
};

static int
order_of_used(const struct used_file *x, const struct file_state *y)
{
	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return x->ino < y->ino ? -1 : x->ino > y->ino;
}

static int
by_file(const void *a, const void *b, void *context)
{
	const struct undo_paths *all = context;
	const struct file_state *x = &all->path[*(const int *)a].now.state;
	const struct used_file key = { .dev = x->dev, .ino = x->ino };

	return order_of_used(&key, &all->path[*(const int *)b].now.state);
}

static char *
program_of(int pid_fd)
{
	int fd = openat(pid_fd, "comm", O_RDONLY | O_CLOEXEC);
	char name[PROGRAM_MAX];
	ssize_t len = fd >= 0 ? read(fd, name, sizeof(name)) : 0;

	io_close(&fd);
	while (len > 0 && name[len - 1] == '\n')
		len--;
	return xstrndup(name, len > 0 ? (size_t)len : 0);
}

/* It has it, if it is one that is sought: so it is under all its names. */
static void
note_used(struct in_use_search *s, const struct used_file *f)
{
	int low = 0, high = s->n;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (order_of_used(f, &s->b->path[s->file[middle]].now.state) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < s->n && order_of_used(f, &s->b->path[s->file[low]].now.state) == 0; low++) {
		struct undo_path *p = &s->b->path[s->file[low]];

		if (p->now.used_by != 0)
			continue;
		p->now.used_by = s->pid;
		p->now.used_by_program = program_of(s->pid_fd);
	}
}

/* What a link of procfs leads to, without asking a file system's server. */
static bool
look_through(int dir_fd, const char *link, struct used_file *out)
{
	struct statx sx;

	if (statx(dir_fd, link, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &sx) < 0 || !S_ISREG(sx.stx_mode))
		return false;
	*out = (struct used_file){ .dev = makedev(sx.stx_dev_major, sx.stx_dev_minor), .ino = sx.stx_ino };
	return true;
}

/* The links of a directory of descriptors have as their permissions what they were opened for (proc(5)).  False: none. */
static bool
look_at_descriptors(struct in_use_search *s, int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *d;
	bool any = false;

	if (!dir)
		io_close(&fd);
	while (dir && (d = readdir(dir))) {
		struct used_file f;
		struct stat link;

		if (d->d_name[0] == '.')
			continue;
		any = true;
		if (fstatat(fd, d->d_name, &link, AT_SYMLINK_NOFOLLOW) == 0 && (link.st_mode & S_IWUSR) &&
		    look_through(fd, d->d_name, &f))
			note_used(s, &f);
	}
	if (dir)
		closedir(dir);
	return any;
}

/* A leader that has ended by itself has no descriptors any more, and its threads may go on. */
static void
look_at_threads(struct in_use_search *s)
{
	int fd = openat(s->pid_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *d;

	if (!dir)
		io_close(&fd);
	while (dir && (d = readdir(dir))) {
		char name[sizeof(d->d_name) + sizeof("/fd")];

		snprintf(name, sizeof(name), "%s/fd", d->d_name);
		if (d->d_name[0] != '.' && look_at_descriptors(s, fd, name))
			break;
	}
	if (dir)
		closedir(dir);
}

/*
 * A line of maps: "from-to perms offset major:minor inode path".  Its device is that of the file system, which some give
 * other numbers in stat(2): map_files has the object itself, for those who may look.
 */
static void
look_at_mapping(struct in_use_search *s, const char *line)
{
	unsigned major_number, minor_number;
	struct used_file f;
	char range[64], perms[8], link[sizeof("map_files/") + sizeof(range)];
	uint64_t inode;

	if (sscanf(line, "%63s %7s %*s %x:%x %" SCNu64, range, perms, &major_number, &minor_number, &inode) != 5 ||
	    inode == 0 || strlen(perms) < 4 || perms[1] != 'w' || perms[3] != 's')
		return;
	snprintf(link, sizeof(link), "map_files/%s", range);
	if (!look_through(s->pid_fd, link, &f))
		f = (struct used_file){ .dev = makedev(major_number, minor_number), .ino = inode };
	note_used(s, &f);
}

static void
look_at_mappings(struct in_use_search *s)
{
	int fd = openat(s->pid_fd, "maps", O_RDONLY | O_CLOEXEC);
	FILE *maps = fd >= 0 ? fdopen(fd, "r") : NULL;
	char *line = NULL;
	size_t room = 0;

	if (!maps)
		io_close(&fd);
	while (maps && getline(&line, &room, maps) > 0)
		look_at_mapping(s, line);
	free(line);
	if (maps)
		fclose(maps);
}

static void
look_at_process(struct in_use_search *s, int proc_fd, const char *name)
{
	s->pid = strtol(name, NULL, 10);
	if (s->pid == getpid())
		return;
	s->pid_fd = openat(proc_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s->pid_fd < 0)
		return;
	if (!look_at_descriptors(s, s->pid_fd, "fd"))
		look_at_threads(s);
	look_at_mappings(s);
	io_close(&s->pid_fd);
}

/* Those that are there as files, and may come to be changed. */
static void
collect_files(struct in_use_search *s)
{
	s->file = xcalloc((size_t)s->b->n + 1, sizeof(*s->file));
	for (int i = 0; i < s->b->n; i++) {
		const struct undo_path *p = &s->b->path[i];

		if (p->now.state.type == FILE_REGULAR && !paths_is_settled(p) && !p->now.excepted)
			s->file[s->n++] = i;
	}
	qsort_r(s->file, (size_t)s->n, sizeof(*s->file), by_file, s->b);
}

void
in_use_find(struct undo_paths *b)
{
	struct in_use_search s = { .b = b, .pid_fd = -1 };
	const struct dirent *d;
	DIR *proc = NULL;

	collect_files(&s);
	if (s.n > 0)
		proc = opendir("/proc");
	while (proc && (d = readdir(proc))) {
		if (d->d_name[0] >= '1' && d->d_name[0] <= '9')
			look_at_process(&s, dirfd(proc), d->d_name);
	}
	if (proc)
		closedir(proc);
	free(s.file);
}
