/* Files opened for writing through the links of procfs, which mean the tracee and not the tracer. */
#include "tracee.h"

static void
setup(void)
{
	static const char *const names[] = { "by-fd", "by-dev", "by-tid", "by-pid", "by-path", "plain" };

	must(mkdir("sub", 0755));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(names[i], "old\n");
}

static void
reopen(const char *dir, long number, const char *name)
{
	char proc[96];
	long fd;

	snprintf(proc, sizeof(proc), "%s/%ld", dir, number);
	fd = did(syscall(SYS_openat, AT_FDCWD, proc, O_WRONLY | O_TRUNC), "open", "O_WRONLY|O_TRUNC", NULL, name);
	must(write((int)fd, "new", 3));
	must(close((int)fd));
}

static void
story(void)
{
	char proc[PATH_MAX + 32];
	long dir = must(open("sub", O_PATH | O_DIRECTORY));

	reopen("/proc/self/fd", must(open("by-fd", O_RDONLY)), "by-fd");
	reopen("/dev/fd", must(open("by-dev", O_RDONLY)), "by-dev");
	reopen("/proc/thread-self/fd", must(open("by-tid", O_RDONLY)), "by-tid");
	reopen("/proc/self/fd", must(open("by-path", O_PATH)), "by-path");
	snprintf(proc, sizeof(proc), "/proc/%ld/fd", (long)getpid());
	reopen(proc, must(open("by-pid", O_RDONLY)), "by-pid");

	did(syscall(SYS_openat, AT_FDCWD, "/proc/self/cwd/new", O_WRONLY | O_CREAT, 0644), "create",
	    "O_WRONLY|O_CREAT", NULL, "new");
	did(syscall(SYS_openat, AT_FDCWD, "/proc/self/cwd/plain", O_WRONLY), "open", "O_WRONLY", NULL, "plain");
	snprintf(proc, sizeof(proc), "/proc/self/fd/%ld/below", dir);
	did(syscall(SYS_openat, AT_FDCWD, proc, O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "sub/below");
	snprintf(proc, sizeof(proc), "/proc/self/root%s", absolute("by-root"));
	did(syscall(SYS_openat, AT_FDCWD, proc, O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "by-root");
	did(syscall(SYS_unlinkat, AT_FDCWD, "/proc/self/cwd/plain", 0), "unlink", NULL, NULL, "plain");
	did(syscall(SYS_mkdirat, AT_FDCWD, "/proc/self/cwd/made", 0755), "mkdir", NULL, NULL, "made");
}
