/* What a process that is attached to has from before. */
#include "config.h"

#include "trace/attach_found.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/quote.h"
#include "trace/attach_span.h"
#include "trace/call.h"
#include "trace/inherited.h"
#include "trace/tracer.h"
#include "trace/path/proc.h"

enum { MAPS_MAX = 64 << 20 };

/* Threads share their descriptors unless they have unshared them; where the kernel does not tell, each is looked at. */
bool
attach_found_is_own(const struct tracee *t)
{
	pid_t pid = t->process->pid;

	return t->tid == pid || syscall(SYS_kcmp, pid, t->tid, KCMP_FILES, 0, 0) != 0;
}

/* A file mapped from start to end, as O_PATH descriptor: by the mapping itself, or by its name if that is the same file. */
static int
open_mapped(pid_t tid, const char *range, unsigned long long ino, const char *name)
{
	struct stat st;
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%s", (int)tid, range);
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	fd = open(name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && (fstat(fd, &st) < 0 || st.st_ino != ino))
		io_close(&fd);
	return fd;
}

/* A line of /proc/PID/maps: "start-end perms offset dev inode name". */
static bool
report_line(const struct tracee *t, const char *line)
{
	unsigned long long ino = 0;
	char range[40], perms[5];
	int name_at = 0, fd;

	if (sscanf(line, "%39s %4s %*s %*s %llu %n", range, perms, &ino, &name_at) < 3 || ino == 0 ||
	    perms[1] != 'w' || perms[3] != 's' || line[name_at] != '/')
		return false;
	fd = open_mapped(t->tid, range, ino, line + name_at);
	if (fd >= 0)
		return inherited_report_object(t, fd);
	tracee_tell_blind(t, BLIND_PATH, "has a file mapped for writing that cannot be looked "
			  "at; what it writes there is not in this record");
	return false;
}

static bool
report_mappings(const struct tracee *t)
{
	struct buf maps = BUF_INIT;
	char *line, *next = NULL;
	bool any = false;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)t->tid);
	if (io_read_file(path, &maps, MAPS_MAX) == 0) {
		for (line = strtok_r(maps.data, "\n", &next); line; line = strtok_r(NULL, "\n", &next))
			any |= report_line(t, line);
	}
	buf_release(&maps);
	return any;
}

void
attach_found_report(const struct tracee *t, bool late)
{
	bool any = inherited_report(t, late);

	any |= report_mappings(t);
	if (any)
		attach_span_note(t);
}

static int
by_image(const void *a, const void *b)
{
	const struct untraced_child *x = a, *y = b;

	return x->image < y->image ? -1 : x->image > y->image;
}

/* Our own two processes may be children of a shell that is attached to. */
static bool
is_untraced_child(const struct tracer *tr, pid_t pid, struct untraced_child *out)
{
	const struct tracee *parent;
	struct proc_stat stat;

	if (pid == getpid() || pid == getppid() || tracee_find(tr, pid) || !proc_stat(pid, &stat) ||
	    proc_is_dead(&stat))
		return false;
	parent = tracee_find(tr, stat.parent);
	if (!parent || !parent->found)
		return false;
	*out = (struct untraced_child){ parent->process->image, pid };
	return true;
}

size_t
attach_found_untraced(const struct tracer *tr, struct untraced_child **out)
{
	const struct dirent *d;
	DIR *dir = opendir("/proc");
	struct untraced_child c;
	size_t n = 0;

	*out = NULL;
	while (dir && (d = readdir(dir))) {
		if (!isdigit((unsigned char)d->d_name[0]) || !is_untraced_child(tr, (pid_t)atoi(d->d_name), &c))
			continue;
		*LIST_ADD(*out, n) = c;
	}
	if (dir)
		closedir(dir);
	return n;
}

void
attach_found_children(const struct tracer *tr)
{
	struct untraced_child *children;
	size_t n = attach_found_untraced(tr, &children);
	struct buf detail = BUF_INIT;

	if (n > 1)
		qsort(children, n, sizeof(*children), by_image);
	for (size_t i = 0; i < n; i++) {
		char *program = proc_program(children[i].pid, PROC_RUNNING);

		buf_addstr(&detail, detail.len > 0 ? ", " : "had children already when it was attached to, ");
		quote_message(&detail, program, strlen(program));
		buf_addf(&detail, " (pid %d)", (int)children[i].pid);
		free(program);
		if (i + 1 < n && children[i + 1].image == children[i].image)
			continue;
		buf_addstr(&detail, "; they are not traced, and what they write is not in this record");
		tr->sink->blind(tr->sink->context, children[i].image, BLIND_UNTRACED, detail.data);
		buf_reset(&detail);
	}
	buf_release(&detail);
	free(children);
}
