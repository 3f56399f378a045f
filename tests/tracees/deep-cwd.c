/* A working directory whose name is longer than any path that a call takes: all is relative there. */
#include "tracee.h"
#include <sys/xattr.h>

enum { LEVELS = 24, LENGTH = 200 };

static char level[LENGTH + 1];
static char here[LEVELS * (LENGTH + 1) + 64];

static void
go_down(bool make)
{
	memset(level, 'd', LENGTH);
	for (int i = 0; i < LEVELS; i++) {
		if (make)
			must(mkdir(level, 0755));
		must(chdir(level));
		strcat(strcat(here, level), "/");
	}
	if (strlen(here) <= PATH_MAX)
		exit(99);
}

static void
setup(void)
{
	static const char *const names[] = { "old", "moved", "removed", "mode", "short", "dir/inside" };

	go_down(true);
	must(mkdir("dir", 0755));
	must(mkdir("empty", 0755));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(names[i], names[i]);
}

/* What lies here, from the directory that the tracee was given. */
static const char *
below(const char *name)
{
	static char path[sizeof(here) + NAME_MAX];

	snprintf(path, sizeof(path), "%s%s", here, name);
	return path;
}

static void
story(void)
{
	long dir;
	long fd;

	go_down(false);
	fd = did(syscall(SYS_openat, AT_FDCWD, "new", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
		 below("new"));
	must(write((int)fd, "new", 3));
	fd = did(syscall(SYS_openat, AT_FDCWD, "old", O_WRONLY | O_TRUNC), "open", "O_WRONLY|O_TRUNC", NULL, below("old"));
	must(write((int)fd, "changed", 7));
	did(syscall(SYS_openat, AT_FDCWD, "absent", O_WRONLY), "open", "O_WRONLY", "ENOENT", below("absent"));
	did(syscall(SYS_mkdirat, AT_FDCWD, "made", 0755), "mkdir", NULL, NULL, below("made"));
	did(syscall(SYS_symlinkat, "target", AT_FDCWD, "sym"), "symlink", NULL, NULL, below("sym"));
	did(syscall(SYS_unlinkat, AT_FDCWD, "removed", 0), "unlink", NULL, NULL, below("removed"));
	did(syscall(SYS_unlinkat, AT_FDCWD, "empty", AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", NULL, below("empty"));
	did(syscall(SYS_fchmodat, AT_FDCWD, "mode", 0600), "chmod", NULL, NULL, below("mode"));
	did(truncate("short", 2), "truncate", NULL, NULL, below("short"));
	did(syscall(SYS_renameat2, AT_FDCWD, "moved", AT_FDCWD, "moved2", 0), "rename", NULL, NULL, below("moved"));
	row("rename", NULL, NULL, below("moved2"));

	/* By a descriptor, and a directory that is moved with what is in it. */
	dir = must(open("dir", O_RDONLY | O_DIRECTORY));
	did(syscall(SYS_openat, dir, "by-fd", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    below("dir/by-fd"));
	did(syscall(SYS_renameat2, AT_FDCWD, "dir", AT_FDCWD, "dir2", 0), "rename", NULL, NULL, below("dir"));
	row("rename", NULL, NULL, below("dir2"));
	did(syscall(SYS_openat, dir, "inside", O_WRONLY | O_APPEND), "open", "O_WRONLY|O_APPEND", NULL,
	    below("dir2/inside"));

	/* Out of it again. */
	did(syscall(SYS_renameat2, AT_FDCWD, "moved2", AT_FDCWD, "../moved3", 0), "rename", NULL, NULL, below("moved2"));
	here[strlen(here) - LENGTH - 1] = '\0';
	row("rename", NULL, NULL, below("moved3"));
}
