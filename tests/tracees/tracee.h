/*
 * The frame of a tracee: a small program that makes the system calls of one story and prints the rows that it
 * expects in `writes`: operation, flags, error, path, separated by TAB, "-" for none, paths relative to the
 * directory that it is given.
 *
 *   NAME DIR setup    what must be there before, natively
 *   NAME DIR          the story, under trace
 *
 * 0 done as expected, 77 this machine cannot do it, 99 a call ended otherwise than the story says.
 */
#ifndef TRACEE_H
#define TRACEE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Numbers that older headers lack; from 424 on they are the same for all. */
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif
#ifndef SYS_removexattrat
#define SYS_removexattrat 466
#endif
#ifndef SYS_file_setattr
#define SYS_file_setattr 469
#endif

static void setup(void);
static void story(void);

static const struct {
	const char *name;
	int number;
} errnos[] = {
	{ "EACCES", EACCES },
	{ "EADDRINUSE", EADDRINUSE },
	{ "EBADF", EBADF },
	{ "EEXIST", EEXIST },
	{ "EINVAL", EINVAL },
	{ "EISDIR", EISDIR },
	{ "ELOOP", ELOOP },
	{ "ENAMETOOLONG", ENAMETOOLONG },
	{ "ENODATA", ENODATA },
	{ "ENOENT", ENOENT },
	{ "ENOSYS", ENOSYS },
	{ "ENOTDIR", ENOTDIR },
	{ "ENOTEMPTY", ENOTEMPTY },
	{ "EPERM", EPERM },
	{ "EXDEV", EXDEV },
	{ "EROFS", EROFS },
	{ "EFAULT", EFAULT },
};

static void
put_path(const char *path)
{
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;

		if (c > ' ' && c < 0x7f && c != '\\')
			putchar(c);
		else
			printf("\\%03o", c);
	}
	putchar('\n');
}

/* Expect a row.  NULL is none. */
static inline void
row(const char *op, const char *flags, const char *error, const char *path)
{
	printf("%s\t%s\t%s\t", op, flags ? flags : "-", error ? error : "-");
	put_path(path);
	fflush(stdout);
}

static inline void
skip(const char *why)
{
	fprintf(stderr, "%s\n", why);
	exit(77);
}

/* The call whose result rc is must have ended with this error, or well (NULL). */
static inline long
ended(long rc, const char *error, const char *what)
{
	int got = rc < 0 ? errno : 0;
	int wanted = 0;

	for (size_t i = 0; error && i < sizeof(errnos) / sizeof(*errnos); i++) {
		if (strcmp(errnos[i].name, error) == 0)
			wanted = errnos[i].number;
	}
	if (got == wanted)
		return rc;
	fprintf(stderr, "%s: %s instead of %s\n", what, got ? strerror(got) : "success", error ? error : "success");
	exit(got == ENOSYS && !error ? 77 : 99);
}

/* A call that must end so, and its row. */
static inline long
did(long rc, const char *op, const char *flags, const char *error, const char *path)
{
	ended(rc, error, path);
	row(op, flags, error, path);
	return rc;
}

/* The same of a call that must succeed, or that this kernel has not: then that is what its row says, and false comes. */
static inline bool
had(long rc, const char *op, const char *flags, const char *path)
{
	bool lacks = rc < 0 && errno == ENOSYS;

	did(rc, op, flags, lacks ? "ENOSYS" : NULL, path);
	return !lacks;
}

/* A call that must succeed and has no row. */
#define must(call) ended((long)(call), NULL, #call)

/* For setup() and for what the story needs beside: FILE holds TEXT. */
static inline void
put_file(const char *name, const char *text)
{
	int fd = (int)must(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644));

	must(write(fd, text, strlen(text)));
	must(close(fd));
}

/* The absolute name of what lies here. */
static inline const char *
absolute(const char *name)
{
	static char buf[4][PATH_MAX];
	static unsigned int turn;
	char *out = buf[turn++ % 4];
	char *cwd = getcwd(NULL, 0);

	snprintf(out, PATH_MAX, "%s/%s", cwd, name);
	free(cwd);
	return out;
}

static inline void
reap(pid_t pid)
{
	int status = 0;

	must(waitpid(pid, &status, __WALL));
	if (status != 0)
		exit(WIFEXITED(status) ? WEXITSTATUS(status) : 99);
}

int
main(int argc, char **argv)
{
	if (argc < 2 || chdir(argv[1]) < 0)
		return 99;
	umask(022);
	if (argc > 2 && strcmp(argv[2], "setup") == 0)
		setup();
	else
		story();
	return fflush(stdout) == 0 ? 0 : 99;
}

#endif
