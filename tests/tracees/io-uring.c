/*
 * A ring is refused as by a kernel without it, and nothing is recorded of that.  Where IO_URING=allow stands in the
 * environment it is let through.
 */
#include "tracee.h"

/* The same numbers for all. */
enum { IO_URING_SETUP = 425, IO_URING_ENTER = 426, IO_URING_REGISTER = 427 };

static void
setup(void)
{
}

static void
story(void)
{
	char params[120] __attribute__((aligned(8))) = "";	/* struct io_uring_params */
	const char *allowed = getenv("IO_URING");
	long fd = syscall(IO_URING_SETUP, 4, params);

	must(close((int)did(syscall(SYS_openat, AT_FDCWD, "file", O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, "file")));
	if (allowed && strcmp(allowed, "allow") == 0) {
		if (fd < 0)
			skip("this kernel makes no rings");
		must(close((int)fd));
		return;
	}
	if (fd >= 0)
		exit(99);
	ended(syscall(IO_URING_SETUP, 4, params), "ENOSYS", "io_uring_setup");
	ended(syscall(IO_URING_ENTER, -1, 1, 1, 0, NULL, 0), "ENOSYS", "io_uring_enter");
	ended(syscall(IO_URING_REGISTER, -1, 0, NULL, 0), "ENOSYS", "io_uring_register");
}
