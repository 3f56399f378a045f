/*
 * load WORKLOAD N: what the benchmark measures, in the working directory.  Links nothing of ours, checks each
 * call, and prints nothing.
 */
#include "config.h"

#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, FEW = 10, PER_DIRECTORY = 500 };

static const char content[] = "a line of a small file, as programs write them\n";

static void
write_file(const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC, 0644);

	if (fd < 0)
		err(1, "%s", name);
	if (write(fd, content, sizeof(content) - 1) != (ssize_t)sizeof(content) - 1 || close(fd) < 0)
		err(1, "%s", name);
}

static void
make_directory(const char *name)
{
	if (mkdir(name, 0755) < 0)
		err(1, "%s", name);
}

/* New small files, so many in a directory. */
static void
make_files(const char *prefix, long n)
{
	char name[128];

	for (long i = 0; i < n; i++) {
		if (i % PER_DIRECTORY == 0) {
			snprintf(name, sizeof(name), "%s%ld", prefix, i / PER_DIRECTORY);
			make_directory(name);
		}
		snprintf(name, sizeof(name), "%s%ld/file-%ld", prefix, i / PER_DIRECTORY, i);
		write_file(name, O_WRONLY | O_CREAT | O_EXCL);
	}
}

static void
openwrite(long n)
{
	make_files("dir-", n);
}

static void
rewrite(long n)
{
	char name[FEW][32];

	for (int i = 0; i < FEW; i++) {
		snprintf(name[i], sizeof(name[i]), "file-%d", i);
		write_file(name[i], O_WRONLY | O_CREAT | O_EXCL);
	}
	for (long i = 0; i < n; i++)
		write_file(name[i % FEW], O_WRONLY);
}

/* Half opens, half stats. */
static void
readheavy(long n)
{
	char name[FEW][32];
	struct stat st;

	for (int i = 0; i < FEW; i++) {
		snprintf(name[i], sizeof(name[i]), "file-%d", i);
		write_file(name[i], O_WRONLY | O_CREAT | O_EXCL);
	}
	for (long i = 0; i < n / 2; i++) {
		int fd = open(name[i % FEW], O_RDONLY | O_CLOEXEC);

		if (fd < 0 || close(fd) < 0 || stat(name[i % FEW], &st) < 0)
			err(1, "%s", name[i % FEW]);
	}
}

static void
syscalls(long n)
{
	for (long i = 0; i < n; i++)
		(void)syscall(SYS_getppid);
}

static void
forkstorm(long n)
{
	static char *const argv[] = { (char *)(uintptr_t)"true", NULL };

	for (long i = 0; i < n; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			execv("/bin/true", argv);
			_exit(127);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
			err(1, "cannot run true");
	}
}

struct share {
	int number;
	long files;
};

static void *
thread_main(void *argument)
{
	const struct share *s = argument;
	char prefix[32];

	snprintf(prefix, sizeof(prefix), "thread-%d-", s->number);
	make_files(prefix, s->files);
	return NULL;
}

/* So many files each. */
static void
threads(long n)
{
	struct share share[THREADS];
	pthread_t thread[THREADS];

	for (int i = 0; i < THREADS; i++) {
		share[i] = (struct share){ i, n };
		if (pthread_create(&thread[i], NULL, thread_main, &share[i]) != 0)
			errx(1, "cannot start a thread");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
}

static const struct {
	const char *name;
	void (*run)(long n);
} workloads[] = {
	{ "forkstorm", forkstorm },
	{ "openwrite", openwrite },
	{ "readheavy", readheavy },
	{ "rewrite", rewrite },
	{ "syscalls", syscalls },
	{ "threads", threads },
};

int
main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: load WORKLOAD N");
	for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++) {
		if (strcmp(workloads[i].name, argv[1]) == 0) {
			workloads[i].run(strtol(argv[2], NULL, 10));
			return 0;
		}
	}
	errx(2, "there is no workload %s", argv[1]);
}
