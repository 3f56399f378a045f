/*
 * measure FILE COMMAND [ARG...]: run COMMAND and put a line into FILE: the seconds that it took, the seconds of
 * processor time that it and its descendants took, and its exit status, which is ours too.
 */
#include "config.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
	struct rusage usage;
	double start;
	int status;
	pid_t pid;
	FILE *out;

	if (argc < 3)
		errx(2, "usage: measure FILE COMMAND [ARG...]");
	start = now();
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		err(127, "%s", argv[2]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(125, "cannot run %s", argv[2]);
	start = now() - start;
	getrusage(RUSAGE_CHILDREN, &usage);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	out = fopen(argv[1], "we");
	if (!out || fprintf(out, "%.6f %.6f %d\n", start, seconds(usage.ru_utime) + seconds(usage.ru_stime),
			    status) < 0 || fclose(out) != 0)
		err(125, "%s", argv[1]);
	return status;
}
