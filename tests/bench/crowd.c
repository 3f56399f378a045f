/*
 * crowd IDLE OPENS: what one open for writing takes while so many processes of the same run do nothing, in microseconds,
 * on standard output: what a tenth of them is faster than, which a busy machine changes least, the median, and the
 * tracer's processor time for one (/proc/PID/schedstat).  Links nothing of ours.
 */
#include "config.h"

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static pid_t
tracer_pid(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	int pid = 0;

	while (status && fgets(line, sizeof(line), status)) {
		if (sscanf(line, "TracerPid: %d", &pid) == 1)
			break;
	}
	if (status)
		fclose(status);
	return pid;
}

/* 0 where there is nobody, or no such file. */
static double
processor_seconds(pid_t pid)
{
	unsigned long long ns = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	file = pid > 0 ? fopen(path, "re") : NULL;
	if (file) {
		if (fscanf(file, "%llu", &ns) != 1)
			ns = 0;
		fclose(file);
	}
	return (double)ns / 1e9;
}

static void
start_idle(long n)
{
	pid_t parent = getpid();

	for (long i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (pid > 0)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
}

static void
open_file(void)
{
	int fd = open("crowd.out", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || close(fd) < 0)
		err(1, "crowd.out");
}

static int
compare_times(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int
main(int argc, char **argv)
{
	double *times, own;
	long opens;
	pid_t tracer;

	if (argc != 3)
		errx(2, "usage: crowd IDLE OPENS");
	opens = strtol(argv[2], NULL, 10);
	times = opens > 0 ? calloc((size_t)opens, sizeof(*times)) : NULL;
	if (!times || setpgid(0, 0) < 0)
		err(1, "cannot begin");
	start_idle(strtol(argv[1], NULL, 10));
	open_file();
	tracer = tracer_pid();
	own = processor_seconds(tracer);
	for (long i = 0; i < opens; i++) {
		times[i] = -seconds();
		open_file();
		times[i] += seconds();
	}
	own = processor_seconds(tracer) - own;
	qsort(times, (size_t)opens, sizeof(*times), compare_times);
	printf("%.1f %.1f %.1f\n", times[opens / 10] * 1e6, times[opens / 2] * 1e6, own / (double)opens * 1e6);
	fflush(stdout);
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	while (wait(NULL) > 0)
		;
	free(times);
	return 0;
}
