/*
 * PR_SET_DUMPABLE 0: an ordinary user's tracer may not look into such a process.  Its paths are found all the same.
 */
#include "tracee.h"
#include <sys/prctl.h>

static void
setup(void)
{
	put_file("old", "old");
	put_file("mode", "mode");
	put_file("moved", "moved");
	must(mkdir("sub", 0755));
}

static void
created(const char *name)
{
	long fd = did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL, 0644), "create",
		      "O_WRONLY|O_CREAT|O_EXCL", NULL, name);

	must(write((int)fd, name, strlen(name)));
	must(close((int)fd));
}

static void
story(void)
{
	long fd;

	created("before");
	must(prctl(PR_SET_DUMPABLE, 0));
	created("after");
	created("sub/below");
	fd = did(syscall(SYS_openat, AT_FDCWD, "old", O_WRONLY | O_TRUNC), "open", "O_WRONLY|O_TRUNC", NULL, "old");
	must(write((int)fd, "new", 3));
	did(syscall(SYS_fchmodat, AT_FDCWD, "mode", 0600), "chmod", NULL, NULL, "mode");
	did(syscall(SYS_renameat2, AT_FDCWD, "moved", AT_FDCWD, "sub/moved", 0), "rename", NULL, NULL, "moved");
	row("rename", NULL, NULL, "sub/moved");
	did(syscall(SYS_mkdirat, AT_FDCWD, absolute("absolute"), 0755), "mkdir", NULL, NULL, "absolute");
	did(syscall(SYS_unlinkat, AT_FDCWD, "before", 0), "unlink", NULL, NULL, "before");
	/* Looked at again: nothing stays of it. */
	must(prctl(PR_SET_DUMPABLE, 1));
	created("dumpable-again");
}
