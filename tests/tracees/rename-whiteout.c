/* RENAME_WHITEOUT: the name that was left stands for a device 0:0, by which overlayfs hides what is below. */
#include "tracee.h"
#include <linux/fs.h>

#ifndef RENAME_WHITEOUT
#define RENAME_WHITEOUT (1 << 2)
#endif

static void
setup(void)
{
	put_file("file", "file");
	put_file("from", "from");
	put_file("over", "over");
	put_file("stays", "stays");
	put_file("in-the-way", "in the way");
	put_file("probe", "probe");
	must(mkdir("dir", 0755));
	put_file("dir/inside", "inside");
	must(symlink("file", "link"));
	if (syscall(SYS_renameat2, AT_FDCWD, "probe", AT_FDCWD, "probed", RENAME_WHITEOUT) < 0)
		skip(errno == EPERM ? "RENAME_WHITEOUT needs root" : "no RENAME_WHITEOUT on this file system");
}

static void
whiteout(const char *from, const char *to, unsigned int more, const char *error)
{
	const char *flags = more ? "RENAME_NOREPLACE|RENAME_WHITEOUT" : "RENAME_WHITEOUT";

	did(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_WHITEOUT | more), "rename", flags, error, from);
	row("rename", flags, error, to);
}

static void
story(void)
{
	whiteout("file", "file2", 0, NULL);
	whiteout("from", "over", 0, NULL);
	whiteout("link", "link2", 0, NULL);
	/* A directory leaves a device behind, and what was in it is under the new name. */
	whiteout("dir", "dir2", 0, NULL);
	whiteout("stays", "in-the-way", RENAME_NOREPLACE, "EEXIST");
	whiteout("absent", "nowhere", 0, "ENOENT");

	/* One that was there before is moved away like any other thing. */
	did(syscall(SYS_renameat2, AT_FDCWD, "probe", AT_FDCWD, "whiteout", 0), "rename", NULL, NULL, "probe");
	row("rename", NULL, NULL, "whiteout");
}
