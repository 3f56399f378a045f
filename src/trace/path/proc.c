/* What /proc says of a task. */
#include "config.h"

#include "trace/path/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/helper.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "file/identity.h"
#include "mount/remote.h"
#include "trace/path/descriptor.h"

enum {
	COMM_MAX = 15,			/* what the kernel keeps of a program's name (proc(5)) */
	ENTRY_MAX = 4095,		/* what one read takes */
	ARGUMENTS_MAX = 16 << 20,	/* more than the kernel lets a program have */
};

static int
read_entry(pid_t pid, const char *name, struct buf *out)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return io_read_file(path, out, ARGUMENTS_MAX);
}

/* The same in one read where that has all: who is stopped does not add to it, and it is short only at its end. */
static int
read_entry_of_stopped(pid_t pid, const char *name, struct buf *out)
{
	char path[64];
	ssize_t n;
	int fd, rc = 0;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -1;
	buf_reserve(out, ENTRY_MAX + 1);
	n = read(fd, out->data + out->len, ENTRY_MAX);
	if (n >= 0) {
		out->len += (size_t)n;
		out->data[out->len] = '\0';
	}
	if (n < 0 || n == ENTRY_MAX)
		rc = io_read_all(fd, out, ARGUMENTS_MAX);
	close(fd);
	return rc;
}

static void
help_with_arguments(void *context, struct buf *out)
{
	(void)read_entry(*(const pid_t *)context, "cmdline", out);
}

static int
read_arguments(pid_t pid, enum proc_age age, struct buf *out)
{
	if (age == PROC_EXECUTED)
		return read_entry_of_stopped(pid, "cmdline", out);
	return helper_run(help_with_arguments, &pid, NULL, 0, out) < 0 || out->len == 0 ? -1 : 0;
}

/*
 * The kernel cuts the name; the whole one is the end of the executable's path or of one of the first two
 * arguments (a script is the interpreter's first).
 */
static char *
complete_name(pid_t pid, enum proc_age age, const char *cut)
{
	struct buf args = BUF_INIT;
	char *whole = NULL;
	char path[64];
	struct buf exe = BUF_INIT;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	if (io_readlink(AT_FDCWD, path, &exe) == 0 &&
	    strncmp(path_name(exe.data), cut, COMM_MAX) == 0)
		whole = xstrdup(path_name(exe.data));
	if (!whole && read_arguments(pid, age, &args) == 0) {
		const char *word = args.data;

		for (int i = 0; !whole && i < 2 && word < args.data + args.len; i++) {
			if (strncmp(path_name(word), cut, COMM_MAX) == 0)
				whole = xstrdup(path_name(word));
			word += strlen(word) + 1;
		}
	}
	buf_release(&exe);
	buf_release(&args);
	return whole ? whole : xstrdup(cut);
}

char *
proc_program(pid_t pid, enum proc_age age)
{
	struct buf comm = BUF_INIT;
	char *name;

	if (read_entry_of_stopped(pid, "comm", &comm) < 0 || comm.len == 0) {
		buf_release(&comm);
		return xstrdup("?");
	}
	if (comm.data[comm.len - 1] == '\n')
		buf_truncate(&comm, comm.len - 1);
	name = comm.len < COMM_MAX ? xstrdup(comm.data) : complete_name(pid, age, comm.data);
	buf_release(&comm);
	return name;
}

char *
proc_command(pid_t pid, enum proc_age age)
{
	struct buf args = BUF_INIT;
	struct buf quoted = BUF_INIT;

	if (read_arguments(pid, age, &args) < 0) {
		buf_release(&args);
		return NULL;
	}
	/* a title that a server has put in place of its arguments is shorter, and the rest is zeroes */
	while (age == PROC_RUNNING && args.len > 1 && args.data[args.len - 1] == '\0' && args.data[args.len - 2] == '\0')
		args.len--;
	quote_words(&quoted, args.data, args.len);
	buf_release(&args);
	return buf_detach(&quoted);
}

char *
proc_cwd(pid_t tid)
{
	char path[64];
	struct buf cwd = BUF_INIT;

	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)tid);
	if (io_readlink(AT_FDCWD, path, &cwd) < 0) {
		buf_release(&cwd);
		return NULL;
	}
	return buf_detach(&cwd);
}

/* A number behind a field's name in /proc/PID/status. */
static pid_t
status_field(pid_t pid, const char *field)
{
	struct buf status = BUF_INIT;
	const char *at = NULL;
	pid_t value = 0;

	if (read_entry(pid, "status", &status) == 0)
		at = strstr(status.data, field);
	if (at)
		value = (pid_t)strtol(at + strlen(field), NULL, 10);
	buf_release(&status);
	return value;
}

pid_t
proc_parent(pid_t pid)
{
	return status_field(pid, "\nPPid:");
}

pid_t
proc_process(pid_t tid)
{
	return status_field(tid, "\nTgid:");
}

pid_t
proc_tracer(pid_t tid)
{
	return status_field(tid, "\nTracerPid:");
}

bool
proc_shares(pid_t tid, const char *entry)
{
	struct stat ours, theirs;
	char path[64], own[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)tid, entry);
	snprintf(own, sizeof(own), "/proc/self/%s", entry);
	return stat(path, &theirs) == 0 && stat(own, &ours) == 0 && identity_same(&theirs, &ours);
}

/* The numbers that a task has from the namespace of that procfs down (proc(5), NSpid); "" where there are none. */
static void
read_numbers(int procfs, pid_t number, struct buf *out)
{
	struct buf status = BUF_INIT;
	const char *at = NULL;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%d/status", (int)number);
	fd = openat(procfs, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && io_read_all(fd, &status, ARGUMENTS_MAX) == 0)
		at = strstr(status.data, "\nNSpid:\t");
	if (at) {
		at += strlen("\nNSpid:\t");
		buf_add(out, at, strcspn(at, "\n"));
	}
	buf_addstr(out, "");
	io_close(&fd);
	buf_release(&status);
}

/* Whether number there is the task that has these numbers from there down, in that namespace. */
static bool
is_task(int procfs, pid_t number, const char *numbers, const struct stat *ns)
{
	struct buf there = BUF_INIT;
	struct stat st;
	char path[64];
	bool is;

	snprintf(path, sizeof(path), "%d/ns/pid", (int)number);
	if (fstatat(procfs, path, &st, 0) < 0 || !identity_same(&st, ns))
		return false;
	read_numbers(procfs, number, &there);
	is = strcmp(there.data, numbers) == 0;
	buf_release(&there);
	return is;
}

pid_t
proc_number_in(int procfs, pid_t tid)
{
	struct stat ours, theirs, ns;
	struct buf numbers = BUF_INIT;
	const char *at = NULL;
	pid_t found = 0;
	char path[64];
	int proc;

	if (stat("/proc", &ours) < 0 || fstat(procfs, &theirs) < 0)
		return 0;
	if (ours.st_dev == theirs.st_dev)
		return tid;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)tid);
	proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc >= 0 && stat(path, &ns) == 0) {
		read_numbers(proc, tid, &numbers);
		at = numbers.data;
	}
	/* "4711\t23\t1": from our namespace down to its own; each is tried with all behind it */
	while (at && *at && !found) {
		pid_t number = (pid_t)strtol(at, NULL, 10);

		if (is_task(procfs, number, at, &ns))
			found = number;
		at = strchr(at, '\t');
		at += at != NULL;
	}
	io_close(&proc);
	buf_release(&numbers);
	return found;
}

static int64_t
boot_ns(void)
{
	struct timespec since_boot = { 0 };

	clock_gettime(CLOCK_BOOTTIME, &since_boot);
	return clock_now_ns() - clock_ns(since_boot);
}

/* The fields that stand behind the name, which is in parentheses and may hold any character itself. */
bool
proc_stat(pid_t tid, struct proc_stat *out)
{
	static const unsigned long kernel_thread = 0x00200000;	/* PF_KTHREAD (include/linux/sched.h) */
	struct buf text = BUF_INIT;
	unsigned long long ticks = 0;
	unsigned long flags = 0;
	const char *rest;
	int parent = 0;
	bool ok = false;

	if (read_entry(tid, "stat", &text) == 0) {
		rest = strrchr(text.data, ')');
		ok = rest && sscanf(rest, ") %c %d %*d %*d %*d %*d %lu %*u %*u %*u %*u %*u %*u %*d %*d %*d "
				    "%*d %*d %*d %llu", &out->state, &parent, &flags, &ticks) == 4;
	}
	buf_release(&text);
	out->parent = parent;
	out->started_ticks = ticks;
	out->kernel_thread = (flags & kernel_thread) != 0;
	out->started_ns = boot_ns() + (int64_t)(ticks * (unsigned long long)(NS_PER_SECOND / sysconf(_SC_CLK_TCK)));
	return ok;
}

bool
proc_is_dead(const struct proc_stat *s)
{
	return s->state == 'Z' || s->state == 'X' || s->state == 'x';
}

/* The second number (the effective id) behind "Uid:" or "Gid:" in /proc/PID/status. */
static long
effective_id(pid_t pid, const char *field)
{
	struct buf status = BUF_INIT;
	const char *at = NULL;
	char *end;
	long value = -1;

	if (read_entry(pid, "status", &status) == 0)
		at = strstr(status.data, field);
	if (at) {
		(void)strtol(at + strlen(field), &end, 10);
		value = strtol(end, NULL, 10);
	}
	buf_release(&status);
	return value;
}

pid_t
proc_innermost_id(pid_t tid)
{
	struct buf status = BUF_INIT;
	const char *line = NULL, *end;
	pid_t id = 0;

	if (read_entry(tid, "status", &status) == 0)
		line = strstr(status.data, "\nNSpid:");
	end = line ? strchr(line + 1, '\n') : NULL;
	while (end && end > line && end[-1] >= '0' && end[-1] <= '9')
		end--;
	if (end)
		id = (pid_t)atoi(end);
	buf_release(&status);
	return id;
}

long
proc_fd_flags(pid_t tid, int fd)
{
	struct buf info = BUF_INIT;
	const char *at = NULL;
	char path[64];
	long flags = -1;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", (int)tid, fd);
	if (io_read_file(path, &info, 65536) == 0)
		at = strstr(info.data, "flags:");
	if (at)
		flags = strtol(at + strlen("flags:"), NULL, 8);
	buf_release(&info);
	return flags;
}

long
proc_user(pid_t pid)
{
	return effective_id(pid, "\nUid:");
}

/* Set-id bits and file capabilities (execve(2)); on a nosuid mount they give nothing to anybody. */
bool
proc_lost_privilege(const struct remote_mounts *remote, pid_t pid)
{
	struct statvfs fs;
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	if (remote_is_nosuid_exe(remote, pid) || stat(path, &st) < 0 || statvfs(path, &fs) < 0 || (fs.f_flag & ST_NOSUID))
		return false;
	if ((st.st_mode & S_ISUID) && effective_id(pid, "\nUid:") != (long)st.st_uid)
		return true;
	if ((st.st_mode & S_ISGID) && (st.st_mode & S_IXGRP) && effective_id(pid, "\nGid:") != (long)st.st_gid)
		return true;
	return getxattr(path, "security.capability", NULL, 0) > 0;
}

bool
proc_is_thread_of(pid_t tid, pid_t pid)
{
	return syscall(SYS_tgkill, pid, tid, 0) == 0 || errno == EPERM;
}

static struct proc_dir *
dir_kept_for(struct proc_dirs *dirs, pid_t tid)
{
	return &dirs->kept[(unsigned)tid % ARRAY_SIZE(dirs->kept)];
}

int
proc_dir_of(struct proc_dirs *dirs, pid_t tid)
{
	struct proc_dir *kept = dir_kept_for(dirs, tid);
	char path[32];
	int fd;

	if (kept->tid == tid && tid > 0)
		return kept->fd;
	snprintf(path, sizeof(path), "/proc/%d", (int)tid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (kept->tid)
		close(kept->fd);
	*kept = (struct proc_dir){ tid, fd };
	return fd;
}

bool
proc_fd_writes(struct proc_dirs *dirs, pid_t tid, int fd)
{
	int proc = proc_dir_of(dirs, tid);
	char room[IO_FD_ROOM];
	struct stat st;

	return proc >= 0 && fstatat(proc, io_fd_link(room, fd), &st, AT_SYMLINK_NOFOLLOW) == 0 && (st.st_mode & S_IWUSR);
}

int64_t
proc_fd_count(struct proc_dirs *dirs, pid_t tid)
{
	int proc = proc_dir_of(dirs, tid);
	struct stat st;

	return proc >= 0 && fstatat(proc, "fd", &st, 0) == 0 ? st.st_size : 0;
}

void
proc_dir_forget(struct proc_dirs *dirs, pid_t tid)
{
	struct proc_dir *kept = dir_kept_for(dirs, tid);

	if (kept->tid != tid || tid <= 0)
		return;
	close(kept->fd);
	kept->tid = 0;
}
