/*
 * A mount namespace with a tmpfs that nobody else sees, over a directory that everybody sees: what is written there is
 * gone with it, and the files of the same names below it are untouched.
 */
#include "tracee.h"
#include "own-mounts.h"

static void
setup(void)
{
	must(mkdir("shadowed", 0755));
	put_file("shadowed/file", "below");
	put_file("shadowed/removed", "below");
	put_file("shadowed/later", "below");
	put_file("outside", "out");
	if (geteuid() != 0)
		skip("a mount needs root");
}

static void
story(void)
{
	long fd;

	own_mounts();
	must(mount("tmpfs", "shadowed", "tmpfs", 0, NULL));

	fd = did(syscall(SYS_openat, AT_FDCWD, "shadowed/file", O_WRONLY | O_CREAT, 0644), "create",
		 "O_WRONLY|O_CREAT", NULL, "shadowed/file");
	must(write((int)fd, "private", 7));
	must(close((int)fd));
	did(syscall(SYS_fchmodat, AT_FDCWD, "shadowed/file", 0600), "chmod", NULL, NULL, "shadowed/file");
	did(syscall(SYS_mkdirat, AT_FDCWD, "shadowed/dir", 0755), "mkdir", NULL, NULL, "shadowed/dir");
	did(syscall(SYS_renameat2, AT_FDCWD, "shadowed/file", AT_FDCWD, "shadowed/removed", 0), "rename", NULL, NULL,
	    "shadowed/file");
	row("rename", NULL, NULL, "shadowed/removed");
	did(syscall(SYS_unlinkat, AT_FDCWD, "shadowed/removed", 0), "unlink", NULL, NULL, "shadowed/removed");

	/* Not on it, and on what was under it when it is gone. */
	fd = did(syscall(SYS_openat, AT_FDCWD, "outside", O_WRONLY | O_TRUNC), "open", "O_WRONLY|O_TRUNC", NULL,
		 "outside");
	must(close((int)fd));
	must(umount2("shadowed", 0));
	fd = did(syscall(SYS_openat, AT_FDCWD, "shadowed/later", O_WRONLY | O_TRUNC), "open", "O_WRONLY|O_TRUNC", NULL,
		 "shadowed/later");
	must(write((int)fd, "open to all", 11));
	must(close((int)fd));
}
