/*
 * chroot, and as root a mount namespace with a bind mount of a directory elsewhere: paths are recorded as they
 * are outside.
 */
#include "tracee.h"
#include <sched.h>
#include <sys/mount.h>

static void
setup(void)
{
	must(mkdir("root", 0755));
	must(mkdir("root/etc", 0755));
	put_file("root/etc/config", "old");
	must(symlink("/etc", "root/abs"));
	must(mkdir("source", 0755));
	put_file("source/file", "old");
	must(mkdir("bound", 0755));
	if (geteuid() != 0)
		skip("chroot and mount namespaces need root");
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
in_chroot(void)
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

static void
in_mount_namespace(void)
{
	if (unshare(CLONE_NEWNS) < 0) {
		fprintf(stderr, "no mount namespace here\n");
		return;
	}
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	must(mount("source", "bound", NULL, MS_BIND, NULL));
	write_file("bound/file", "open", "source/file");
	write_file("bound/new", "create", "source/new");
	must(chdir("bound"));
	write_file("in-cwd", "create", "source/in-cwd");
}

static void
story(void)
{
	static void (*const parts[])(void) = { in_chroot, in_mount_namespace };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		pid_t pid = (pid_t)must(fork());

		if (pid == 0) {
			parts[i]();
			_exit(0);
		}
		reap(pid);
	}
}
