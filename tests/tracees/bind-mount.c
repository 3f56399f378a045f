/* A mount namespace with a bind mount of a directory elsewhere: paths are recorded as they are outside. */
#include "tracee.h"
#include "own-mounts.h"

static void
setup(void)
{
	must(mkdir("source", 0755));
	put_file("source/file", "old");
	must(mkdir("bound", 0755));
	if (geteuid() != 0)
		skip("a mount namespace needs root");
}

static void
write_file(const char *path, const char *op, const char *name)
{
	long fd = did(syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644), op,
		      "O_WRONLY|O_CREAT|O_TRUNC", NULL, name);

	must(write((int)fd, "new", 3));
	must(close((int)fd));
}

static void
story(void)
{
	own_mounts();
	must(mount("source", "bound", NULL, MS_BIND, NULL));
	write_file("bound/file", "open", "source/file");
	write_file("bound/new", "create", "source/new");
	must(chdir("bound"));
	write_file("in-cwd", "create", "source/in-cwd");
}
