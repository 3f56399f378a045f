/* What /proc says of a process image: read once, when it begins. */
#ifndef WT_TRACE_PROCINFO_H
#define WT_TRACE_PROCINFO_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * The name of the program: what was executed, without its directory.  Never NULL; "?" where /proc is
 * closed to us.  The caller frees it.
 */
char *procinfo_program(pid_t pid);

/* The arguments, quoted so that a shell reads them back; NULL where they cannot be read.  The caller frees it. */
char *procinfo_command(pid_t pid);

/* The working directory of a thread; NULL where it cannot be read.  The caller frees it. */
char *procinfo_cwd(pid_t tid);

/* The parent of a process, the process of a thread; 0 where they cannot be read. */
pid_t procinfo_parent(pid_t pid);
pid_t procinfo_process(pid_t tid);

/* Whether the file that pid executes should have given it a privilege that it has not got. */
bool procinfo_lost_privilege(pid_t pid);

/* Whether tid is a thread of the process pid: asked of the kernel by a signal that is none. */
bool procinfo_is_thread_of(pid_t tid, pid_t pid);

#endif
