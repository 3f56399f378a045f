/*
 * /proc/TID of the last few tracees, kept open: a look at what is in it need not begin at the root, and find the task,
 * each time.
 */
#ifndef WT_TRACE_PATH_PROC_DIR_H
#define WT_TRACE_PATH_PROC_DIR_H

#include <sys/types.h>

/*
 * O_PATH, not the caller's to close, good until the next call; -1 with errno.  It stands for the task, not for its
 * number: who opens one says when the task is gone.
 */
int proc_dir_of(pid_t tid);

/* The task is gone: its number may be another's soon. */
void proc_dir_forget(pid_t tid);

#endif
