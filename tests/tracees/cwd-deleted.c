/* A working directory that is removed under the process: what it asks for there fails, and harms no record. */
#include "tracee.h"

static void
setup(void)
{
	must(mkdir("gone", 0755));
	must(mkdir("stays", 0755));
}

static void
story(void)
{
	long stays = must(open("stays", O_PATH | O_DIRECTORY));

	must(chdir("gone"));
	did(syscall(SYS_unlinkat, AT_FDCWD, "../gone", AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", NULL, "gone");
	/* Relative to nothing: as it was given. */
	did(syscall(SYS_openat, AT_FDCWD, "file", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", "ENOENT",
	    "file");
	did(syscall(SYS_openat, stays, "file", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "stays/file");
	did(syscall(SYS_openat, stays, "../sibling", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "sibling");
}
