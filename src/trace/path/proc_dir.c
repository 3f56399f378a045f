/* /proc/TID, kept open. */
#include "config.h"

#include "trace/path/proc_dir.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { KEPT = 16 };		/* a power of two: tasks that are traced at the same time have numbers near each other */

static struct {
	pid_t tid;		/* 0: none */
	int fd;
} kept[KEPT];

/* A child (a helper, the program that is asked before connections) closes what it does not know. */
static void
forget_all(void)
{
	memset(kept, 0, sizeof(kept));
}

int
proc_dir_of(pid_t tid)
{
	static bool watching;
	unsigned at = (unsigned)tid % KEPT;
	char path[32];
	int fd;

	if (kept[at].tid == tid && tid > 0)
		return kept[at].fd;
	if (!watching)
		watching = pthread_atfork(NULL, NULL, forget_all) == 0;
	snprintf(path, sizeof(path), "/proc/%d", (int)tid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (kept[at].tid)
		close(kept[at].fd);
	kept[at].tid = tid;
	kept[at].fd = fd;
	return fd;
}

void
proc_dir_forget(pid_t tid)
{
	unsigned at = (unsigned)tid % KEPT;

	if (kept[at].tid != tid || tid <= 0)
		return;
	close(kept[at].fd);
	kept[at].tid = 0;
}
