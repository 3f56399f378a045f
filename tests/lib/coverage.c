/*
 * Part of the tool when it is configured with --enable-coverage: what gcov has counted is written down also where a
 * process ends, or becomes another program, without exit(3).  The linker puts these in the place of the calls (--wrap).
 *
 * What is traced writes nothing, or it would be in the record of whoever traces it; but for the child that becomes
 * COMMAND, of which nothing is recorded until it has.
 */
#include "config.h"

#include <fcntl.h>
#include <gcov.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct filter;

int __real_execv(const char *path, char *const argv[]);
int __real_execvp(const char *file, char *const argv[]);
int __real_filter_load(const struct filter *f, int *no_new_privs);
int __real_kill(pid_t pid, int number);
int __real_raise(int number);
void __real__exit(int status) __attribute__((noreturn));

int __wrap_execv(const char *path, char *const argv[]);
int __wrap_execvp(const char *file, char *const argv[]);
int __wrap_filter_load(const struct filter *f, int *no_new_privs);
int __wrap_kill(pid_t pid, int number);
int __wrap_raise(int number);
void __wrap__exit(int status) __attribute__((noreturn));

static int becomes_command;

/* What gcov says of files that it may not write is for nobody, and COMMAND is not to see how it is kept from it. */
static void __attribute__((destructor))
say_nothing(void)
{
	setenv("GCOV_ERROR_FILE", "/dev/null", 0);
}

/* Only a reset makes a second dump possible. */
static void
write_down(void)
{
	say_nothing();
	__gcov_dump();
	__gcov_reset();
	unsetenv("GCOV_ERROR_FILE");
}

static int
is_traced(void)
{
	char status[4096];
	const char *tracer;
	ssize_t len = -1;
	int fd;

	fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		len = read(fd, status, sizeof(status) - 1);
		close(fd);
	}
	if (len < 0)
		return 1;
	status[len] = '\0';
	tracer = strstr(status, "\nTracerPid:");
	return !tracer || atoi(tracer + strlen("\nTracerPid:")) != 0;
}

static void
write_down_unless_traced(void)
{
	if (becomes_command || !is_traced())
		write_down();
}

int
__wrap_execv(const char *path, char *const argv[])
{
	write_down_unless_traced();
	return __real_execv(path, argv);
}

int
__wrap_execvp(const char *file, char *const argv[])
{
	write_down_unless_traced();
	return __real_execvp(file, argv);
}

/* A filter of the tool's own tests is loaded by nobody who becomes a command. */
int
__wrap_filter_load(const struct filter *f, int *no_new_privs)
{
	becomes_command = is_traced();
	return __real_filter_load(f, no_new_privs);
}

int
__wrap_kill(pid_t pid, int number)
{
	if (pid == getpid())
		write_down_unless_traced();
	return __real_kill(pid, number);
}

int
__wrap_raise(int number)
{
	write_down_unless_traced();
	return __real_raise(number);
}

void
__wrap__exit(int status)
{
	write_down_unless_traced();
	__real__exit(status);
}
