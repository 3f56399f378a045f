/* chroot: paths are recorded as they are outside. */
#include "tracee.h"

static void
setup(void)
{
	must(mkdir("root", 0755));
	must(mkdir("root/etc", 0755));
	put_file("root/etc/config", "old");
	must(symlink("/etc", "root/abs"));
	if (geteuid() != 0)
		skip("chroot needs root");
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
	must(chroot("root"));
	/* The working directory is still outside of the new root. */
	write_file("outside", "create", "outside");
	must(chdir("/"));
	write_file("/etc/config", "open", "root/etc/config");
	write_file("/abs/by-link", "create", "root/etc/by-link");
	write_file("../../above", "create", "root/above");
	did(syscall(SYS_mkdirat, AT_FDCWD, "/made", 0755), "mkdir", NULL, NULL, "root/made");
}
