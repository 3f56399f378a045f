/* What /proc says of a task. */
#ifndef WT_TRACE_PATH_PROC_H
#define WT_TRACE_PATH_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct remote_mounts;

/* The arguments lie in the process's memory, which may be served by somebody who never answers (trace/memory.h). */
enum proc_age {
	PROC_RUNNING,		/* a helper reads them, with a time limit */
	PROC_EXECUTED,		/* it has just been executed, and is stopped: nothing of the kind can have happened yet */
};

/*
 * The name of the program: what was executed, without its directory.  Never NULL; "?" where /proc is
 * closed to us.  The caller frees it.
 */
char *proc_program(pid_t pid, enum proc_age age);

/*
 * The arguments, quoted so that a shell reads them back; NULL where they cannot be read.  The caller frees it.  Of one that
 * runs empty ones at the end are left out.
 */
char *proc_command(pid_t pid, enum proc_age age);

/* The working directory of a thread; NULL where it cannot be read.  The caller frees it. */
char *proc_cwd(pid_t tid);

/* The parent of a process, the process of a thread, its tracer; 0 where there is none, or they cannot be read. */
pid_t proc_parent(pid_t pid);
pid_t proc_process(pid_t tid);
pid_t proc_tracer(pid_t tid);

/* Whether a thread has what we have as that entry of /proc ("root", "ns/mnt").  False where that cannot be seen. */
bool proc_shares(pid_t tid, const char *entry);

/*
 * The number that a task, tid to us, has in an instance of procfs, whose root is open (O_PATH): that of the instance's PID
 * namespace.  0 where the task is not in it, or that cannot be seen.
 */
pid_t proc_number_in(int procfs, pid_t tid);

/* The effective user of a process; -1 where it cannot be read. */
long proc_user(pid_t pid);

/* The number that a thread has in its own PID namespace (proc(5), NSpid); 0 where it cannot be read. */
pid_t proc_innermost_id(pid_t tid);

/* The flags of a descriptor of a thread (proc(5), /proc/pid/fdinfo/); -1 where they cannot be read. */
long proc_fd_flags(pid_t tid, int fd);

/* What /proc/PID/stat says (proc(5)). */
struct proc_stat {
	char state;		/* R, S, D, T, t, Z, X ... */
	pid_t parent;
	bool kernel_thread;
	int64_t started_ns;	/* since 1970 UTC, to a hundredth of a second */
	unsigned long long started_ticks;	/* the same since the machine's start, as the kernel counts: comparable */
};

/* Of a process or a thread.  False where there is none. */
bool proc_stat(pid_t tid, struct proc_stat *out);

/* Whether nothing of a task is left but its exit status. */
bool proc_is_dead(const struct proc_stat *s);

/* Whether the file that pid executes should have given it a privilege that it has not got. */
bool proc_lost_privilege(const struct remote_mounts *remote, pid_t pid);

/* Whether tid is a thread of the process pid: asked of the kernel by a signal that is none. */
bool proc_is_thread_of(pid_t tid, pid_t pid);

/*
 * /proc/TID of the last few tracees, kept open: a look at what is in it need not begin at the root, and find the task,
 * each time.  Begins as zeroes.
 */
struct proc_dirs {
	struct proc_dir {
		pid_t tid;	/* 0: none */
		int fd;
	} kept[16];		/* by the last bits: tasks that are traced at the same time have numbers near each other */
};

/*
 * O_PATH, not the caller's to close, good until the next call; -1 with errno.  It stands for the task, not for its
 * number: who opens one says when the task is gone.
 */
int proc_dir_of(struct proc_dirs *dirs, pid_t tid);

/* Whether a task's descriptor is open for writing: its /proc entry has a mode that says so (fs/proc/fd.c). */
bool proc_fd_writes(struct proc_dirs *dirs, pid_t tid, int fd);

/* How many descriptors it has (Linux 6.2); 0 where the kernel does not tell. */
int64_t proc_fd_count(struct proc_dirs *dirs, pid_t tid);

/* The task is gone: its number may be another's soon. */
void proc_dir_forget(struct proc_dirs *dirs, pid_t tid);

#endif
