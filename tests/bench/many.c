/*
 * many WHAT N FILE: what a run of very many files is measured by, in the working directory: N small files are made anew,
 * or ("again") were made by an earlier call and are opened for writing.  When it begins and when it ends it adds a line to FILE:
 * the nanoseconds of processor time that its tracer has used, the KiB of memory that the tracer has, and how many
 * bytes long all paths are together.  Links nothing of ours.
 */
#include "config.h"

#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PER_DIRECTORY = 500 };

static const char content[] = "a line of a small file, as programs write them\n";

/* A line of /proc/PID/FILE that begins with name, behind it; 0 where there is none. */
static long
look_up(long pid, const char *file, const char *name)
{
	char path[64], line[256];
	long value = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, file);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, name, strlen(name)) == 0) {
			value = strtol(line + strlen(name), NULL, 10);
			break;
		}
	}
	if (f)
		fclose(f);
	return value;
}

static void
tell(int out, size_t bytes)
{
	long tracer = look_up(getpid(), "status", "TracerPid:");

	if (tracer == 0)
		return;
	if (dprintf(out, "%ld %ld %zu\n", look_up(tracer, "schedstat", ""), look_up(tracer, "status", "VmRSS:"), bytes) < 0)
		err(1, "cannot tell");
}

int
main(int argc, char **argv)
{
	char name[64], directory[PATH_MAX];
	size_t bytes = 0, below;
	bool again;
	long n;
	int out;

	if (argc != 4 || !getcwd(directory, sizeof(directory)))
		errx(2, "usage: many new|again N FILE");
	below = strlen(directory) + 1;
	again = strcmp(argv[1], "again") == 0;
	n = strtol(argv[2], NULL, 10);
	out = open(argv[3], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (out < 0)
		err(1, "%s", argv[3]);
	tell(out, 0);
	for (long i = 0; i < n; i++) {
		int fd;

		snprintf(name, sizeof(name), "dir-%ld", i / PER_DIRECTORY);
		if (i % PER_DIRECTORY == 0 && !again && mkdir(name, 0755) < 0)
			err(1, "%s", name);
		snprintf(name, sizeof(name), "dir-%ld/file-%ld", i / PER_DIRECTORY, i);
		fd = open(name, again ? O_WRONLY | O_CLOEXEC : O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 || write(fd, content, sizeof(content) - 1) != (ssize_t)sizeof(content) - 1 || close(fd) < 0)
			err(1, "%s", name);
		bytes += below + strlen(name);
	}
	tell(out, bytes);
	return 0;
}
