/* What is left running under the filter when its run has ended, and the process that lets its calls go on. */
#ifndef WT_CMD_SESSION_LEFT_H
#define WT_CMD_SESSION_LEFT_H

#include <stdint.h>

/* Let the calls of our tracees go on (trace/leave.h) while work is done in another thread.  What it returns. */
int left_while(int (*work)(void *context), void *context);

/*
 * Be that alone from now on: a process that holds nothing of the run, no terminal and no descriptor of anybody, and ends
 * with the last tracee.  All threads but the caller's must have ended.
 */
void left_go_on(int64_t run_id)
	__attribute__((noreturn));

#endif
