/*
 * A device, opened for writing by each call that opens, each time by another process: what is opened is known
 * by the descriptor, whatever the call.  It tells how many have opened it.
 *
 *   open-device DIRECTORY NAME
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

static const char *name;

static long
by_open(void)
{
#ifdef SYS_open
	return syscall(SYS_open, name, O_WRONLY);
#else
	return -1;
#endif
}

static long
by_creat(void)
{
#ifdef SYS_creat
	return syscall(SYS_creat, name, 0600);
#else
	return -1;
#endif
}

static long
by_openat(void)
{
	return syscall(SYS_openat, AT_FDCWD, name, O_WRONLY);
}

static long
by_openat2(void)
{
	const struct {
		uint64_t flags, mode, resolve;
	} how = { O_WRONLY, 0, 0 };

	return syscall(SYS_openat2, AT_FDCWD, name, &how, sizeof(how));
}

static long
by_handle(void)
{
	union {
		struct file_handle h;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} u;
	int dir = open(".", O_RDONLY | O_DIRECTORY);
	int mount_id;

	u.h.handle_bytes = MAX_HANDLE_SZ;
	if (dir < 0 || name_to_handle_at(AT_FDCWD, name, &u.h, &mount_id, 0) < 0)
		return -1;
	return syscall(SYS_open_by_handle_at, dir, &u.h, O_WRONLY);
}

static long (*const ways[])(void) = { by_open, by_creat, by_openat, by_openat2, by_handle };

int
main(int argc, char **argv)
{
	int opened = 0;

	if (argc != 3 || chdir(argv[1]) < 0)
		return 99;
	name = argv[2];
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		pid_t pid = fork();
		int status = 1;

		if (pid < 0)
			return 99;
		if (pid == 0)
			_exit(ways[i]() < 0);
		if (waitpid(pid, &status, 0) < 0)
			return 99;
		opened += status == 0;
	}
	printf("%d\n", opened);
	return opened >= 2 ? 0 : 77;
}
