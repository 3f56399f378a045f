/*
 * Written and then moved, moved and then written, moved over another, through names that are gone in the end:
 * where a thing was before the run is told whatever happened to it on the way.
 */
#include "tracee.h"

static void
setup(void)
{
	static const char *const names[] = { "written-first", "moved-first", "mover", "replaced", "long", "again",
					     "modes", "doomed", "linked", "swap-a", "swap-b", "over-mine" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(names[i], names[i]);
	must(mkdir("x", 0755));
	must(mkdir("x/y", 0755));
	must(mkdir("dir", 0755));
	put_file("dir/file", "in dir");
	must(symlink("nowhere", "sym"));
}

static void
moved(const char *from, const char *to)
{
	did(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0), "rename", NULL, NULL, from);
	row("rename", NULL, NULL, to);
}

static void
appended(const char *name)
{
	long fd = did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_APPEND), "open", "O_WRONLY|O_APPEND", NULL, name);

	must(write((int)fd, " and more", 9));
	must(close((int)fd));
}

static void
created(const char *name)
{
	long fd = did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL, 0644), "create",
		      "O_WRONLY|O_CREAT|O_EXCL", NULL, name);

	must(write((int)fd, "new", 3));
	must(close((int)fd));
}

static void
removed(const char *name)
{
	did(syscall(SYS_unlinkat, AT_FDCWD, name, 0), "unlink", NULL, NULL, name);
}

static void
story(void)
{
	long fd;

	appended("written-first");
	moved("written-first", "written-then-moved");
	moved("moved-first", "moved-then-written");
	appended("moved-then-written");
	moved("mover", "replaced");

	/* Through directories and names of which nothing stays. */
	moved("long", "x/t1");
	moved("x/t1", "x/y/t2");
	did(syscall(SYS_mkdirat, AT_FDCWD, "tmp", 0755), "mkdir", NULL, NULL, "tmp");
	moved("x/y/t2", "tmp/t3");
	appended("tmp/t3");
	moved("tmp", "tmp2");
	moved("tmp2/t3", "long-last");
	did(syscall(SYS_unlinkat, AT_FDCWD, "tmp2", AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", NULL, "tmp2");

	/* The old name is taken by another, which moves in turn. */
	moved("again", "again-1");
	created("again");
	moved("again", "again-2");
	created("again");

	/* The descriptor follows the file, not its name. */
	fd = did(syscall(SYS_openat, AT_FDCWD, "modes", O_RDWR), "open", "O_RDWR", NULL, "modes");
	moved("modes", "modes-moved");
	did(syscall(SYS_fchmod, fd, 0600), "chmod", NULL, NULL, "modes-moved");
	must(write((int)fd, "MODES", 5));
	must(close((int)fd));

	/* Gone in the end, under whichever name. */
	moved("doomed", "doomed-1");
	removed("doomed-1");

	/* A second name, and the first one moved away and removed. */
	did(syscall(SYS_linkat, AT_FDCWD, "linked", AT_FDCWD, "linked-2", 0), "link", NULL, NULL, "linked");
	row("link", NULL, NULL, "linked-2");
	moved("linked", "linked-1");
	removed("linked-1");

	/* Each over the other's old name by way of a third. */
	moved("swap-a", "swap-t");
	moved("swap-b", "swap-a");
	moved("swap-t", "swap-b");
	appended("swap-a");

	/* Made here, and moved over what was there before. */
	created("mine");
	moved("mine", "over-mine");

	/* Out of a directory that is removed, and a link. */
	moved("dir/file", "file-of-dir");
	did(syscall(SYS_unlinkat, AT_FDCWD, "dir", AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", NULL, "dir");
	moved("sym", "sym-moved");
}
