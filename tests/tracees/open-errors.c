/*
 * Opens that the kernel refuses: attempts in `writes`, nothing in `changes`.  Where a path fits no directory it is
 * given absolute here, since then the path as it was given and the canonical one are the same.
 */
#include "tracee.h"

static char long_name[300];
static char long_path[PATH_MAX + 10];

static void
setup(void)
{
	put_file("file", "content\n");
	must(mkdir("dir", 0755));
	must(symlink("loop-b", "loop-a"));
	must(symlink("loop-a", "loop-b"));
	if (geteuid() != 0) {
		put_file("mine-readonly", "content\n");
		must(chmod("mine-readonly", 0444));
	}
}

static void
story(void)
{
	memset(long_name, 'n', sizeof(long_name) - 1);
	memset(long_path, 'x', sizeof(long_path) - 1);
	for (size_t i = 0; i < sizeof(long_path) - 1; i += 2)
		long_path[i] = '/';

	did(syscall(SYS_openat, AT_FDCWD, absolute("nodir/f"), O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT",
	    "ENOENT", "nodir/f");
	did(syscall(SYS_openat, AT_FDCWD, absolute("file/f"), O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT",
	    "ENOTDIR", "file/f");
	did(syscall(SYS_openat, AT_FDCWD, absolute("loop-a"), O_WRONLY), "open", "O_WRONLY", "ELOOP", "loop-a");
	did(syscall(SYS_openat, AT_FDCWD, "dir", O_WRONLY | O_DIRECTORY), "open", "O_WRONLY|O_DIRECTORY", "EISDIR",
	    "dir");
	did(syscall(SYS_openat, AT_FDCWD, "file", O_WRONLY | O_DIRECTORY), "open", "O_WRONLY|O_DIRECTORY", "ENOTDIR",
	    "file");
	did(syscall(SYS_openat, AT_FDCWD, absolute(long_name), O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT",
	    "ENAMETOOLONG", long_name);

	/* These failed before their path meant anything: as it was given. */
	did(syscall(SYS_openat, 12345, "relative", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", "EBADF",
	    "relative");
	did(syscall(SYS_openat, AT_FDCWD, "", O_WRONLY), "open", "O_WRONLY", "ENOENT", "");

	/* A path that nobody can read has no row; that of one too long begins with a slash, it lies elsewhere. */
	ended(syscall(SYS_openat, AT_FDCWD, (char *)16, O_WRONLY | O_CREAT, 0644), "EFAULT", "EFAULT");
	ended(syscall(SYS_openat, AT_FDCWD, NULL, O_WRONLY | O_CREAT, 0644), "EFAULT", "NULL");
	ended(syscall(SYS_openat, AT_FDCWD, long_path, O_WRONLY | O_CREAT, 0644), "ENAMETOOLONG", "long path");

	if (geteuid() != 0)
		did(syscall(SYS_openat, AT_FDCWD, "mine-readonly", O_WRONLY), "open", "O_WRONLY", "EACCES",
		    "mine-readonly");
}
