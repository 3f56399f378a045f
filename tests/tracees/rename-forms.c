/* rename, renameat, renameat2: moved, over an existing file, onto itself, refused. */
#include "tracee.h"
#include <linux/fs.h>

static void
setup(void)
{
	static const char *const names[] = { "a", "b", "c", "over-from", "over-to", "keep-from", "keep-to", "self",
					     "written", "file" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(names[i], names[i]);
	must(mkdir("sub", 0755));
	must(mkdir("full", 0755));
	must(mkdir("empty", 0755));
	put_file("full/file", "f");
	must(symlink("a", "link"));
	must(link("written", "written-link"));
}

static void
two(long rc, const char *flags, const char *error, const char *from, const char *to)
{
	did(rc, "rename", flags, error, from);
	row("rename", flags, error, to);
}

static void
story(void)
{
	long sub = must(open("sub", O_PATH | O_DIRECTORY));
	long fd;

#ifdef SYS_rename
	two(syscall(SYS_rename, "a", "a2"), NULL, NULL, "a", "a2");
#endif
#ifdef SYS_renameat
	two(syscall(SYS_renameat, AT_FDCWD, "b", sub, "b2"), NULL, NULL, "b", "sub/b2");
#endif
	two(syscall(SYS_renameat2, AT_FDCWD, "c", sub, "../c2", 0), NULL, NULL, "c", "c2");
	two(syscall(SYS_renameat2, AT_FDCWD, "over-from", AT_FDCWD, "over-to", 0), NULL, NULL, "over-from",
	    "over-to");
	two(syscall(SYS_renameat2, AT_FDCWD, "keep-from", AT_FDCWD, "keep-to", RENAME_NOREPLACE), "RENAME_NOREPLACE",
	    "EEXIST", "keep-from", "keep-to");
	two(syscall(SYS_renameat2, AT_FDCWD, "keep-from", AT_FDCWD, "keep-new", RENAME_NOREPLACE),
	    "RENAME_NOREPLACE", NULL, "keep-from", "keep-new");
	two(syscall(SYS_renameat2, AT_FDCWD, "self", AT_FDCWD, "./self", 0), NULL, NULL, "self", "self");
	/* The link itself is moved, not what it names. */
	two(syscall(SYS_renameat2, AT_FDCWD, "link", AT_FDCWD, "link2", 0), NULL, NULL, "link", "link2");
	two(syscall(SYS_renameat2, AT_FDCWD, "absent", AT_FDCWD, "nowhere", 0), NULL, "ENOENT", "absent", "nowhere");
	two(syscall(SYS_renameat2, AT_FDCWD, "empty", AT_FDCWD, "full", 0), NULL, "ENOTEMPTY", "empty", "full");
	two(syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "empty", 0), NULL, "EISDIR", "file", "empty");

	/* Two names of the same file: nothing happens, says POSIX. */
	two(syscall(SYS_renameat2, AT_FDCWD, "written", AT_FDCWD, "written-link", 0), NULL, NULL, "written",
	    "written-link");

	/* Written to a temporary name, then moved over: the way editors and installers do it. */
	fd = did(syscall(SYS_openat, AT_FDCWD, "file.tmp", O_WRONLY | O_CREAT | O_EXCL, 0600), "create",
		 "O_WRONLY|O_CREAT|O_EXCL", NULL, "file.tmp");
	must(write((int)fd, "replaced", 8));
	must(close((int)fd));
	two(syscall(SYS_renameat2, AT_FDCWD, "file.tmp", AT_FDCWD, "file", 0), NULL, NULL, "file.tmp", "file");
}
