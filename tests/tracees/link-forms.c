/* link and linkat: new names for a file, with and without following a symbolic link. */
#include "tracee.h"

static void
setup(void)
{
	put_file("file", "content");
	put_file("one", "one");
	must(symlink("file", "symlink"));
	must(mkdir("sub", 0755));
}

static void
two(long rc, const char *flags, const char *error, const char *from, const char *to)
{
	did(rc, "link", flags, error, from);
	row("link", flags, error, to);
}

static void
story(void)
{
	long sub = must(open("sub", O_PATH | O_DIRECTORY));

#ifdef SYS_link
	two(syscall(SYS_link, "file", "hard"), NULL, NULL, "file", "hard");
#endif
	two(syscall(SYS_linkat, AT_FDCWD, "file", sub, "hard", 0), NULL, NULL, "file", "sub/hard");
	two(syscall(SYS_linkat, AT_FDCWD, "symlink", AT_FDCWD, "link-to-symlink", 0), NULL, NULL, "symlink",
	    "link-to-symlink");
	two(syscall(SYS_linkat, AT_FDCWD, "symlink", AT_FDCWD, "link-to-file", AT_SYMLINK_FOLLOW),
	    "AT_SYMLINK_FOLLOW", NULL, "file", "link-to-file");
	two(syscall(SYS_linkat, AT_FDCWD, "file", AT_FDCWD, "one", 0), NULL, "EEXIST", "file", "one");
	two(syscall(SYS_linkat, AT_FDCWD, "absent", AT_FDCWD, "new", 0), NULL, "ENOENT", "absent", "new");
	if (geteuid() == 0)
		two(syscall(SYS_linkat, AT_FDCWD, "sub", AT_FDCWD, "dirlink", 0), NULL, "EPERM", "sub", "dirlink");

	/* A name is taken from the file, the content stays under the other. */
	did(syscall(SYS_unlinkat, AT_FDCWD, "file", 0), "unlink", NULL, NULL, "file");
}
