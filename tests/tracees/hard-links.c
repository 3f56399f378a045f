/* One file with several names: what is done by one of them has happened to all. */
#include "tracee.h"

static void
setup(void)
{
	put_file("written", "old");
	must(link("written", "written-too"));
	must(mkdir("sub", 0755));
	must(link("written", "sub/written-elsewhere"));
	put_file("mode", "old");
	must(link("mode", "mode-too"));
	put_file("removed", "old");
	must(link("removed", "removed-not"));
	put_file("replaced", "old");
	must(link("replaced", "replaced-not"));
	put_file("new", "new");
}

static void
story(void)
{
	long fd = did(syscall(SYS_openat, AT_FDCWD, "written", O_WRONLY | O_TRUNC), "open", "O_WRONLY|O_TRUNC", NULL,
		      "written");

	must(write((int)fd, "written", 7));
	must(close((int)fd));
	did(syscall(SYS_fchmodat, AT_FDCWD, "mode", 0600), "chmod", NULL, NULL, "mode");
	did(syscall(SYS_unlinkat, AT_FDCWD, "removed", 0), "unlink", NULL, NULL, "removed");
	did(syscall(SYS_renameat2, AT_FDCWD, "new", AT_FDCWD, "replaced", 0), "rename", NULL, NULL, "new");
	row("rename", NULL, NULL, "replaced");
	/* The directory of the third name is used, too. */
	did(syscall(SYS_mkdirat, AT_FDCWD, "sub/made", 0755), "mkdir", NULL, NULL, "sub/made");
}
