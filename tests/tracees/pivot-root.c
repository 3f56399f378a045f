/* pivot_root, as containers do it: paths are recorded as they are outside, before and after the old root is gone. */
#include "tracee.h"
#include <sched.h>
#include <sys/mount.h>

static void
setup(void)
{
	must(mkdir("root", 0755));
	must(mkdir("root/old", 0755));
	must(mkdir("root/dir", 0755));
	put_file("root/dir/file", "old");
	put_file("outside", "old");
	if (geteuid() != 0)
		skip("a mount needs root");
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
	char by_old[PATH_MAX];
	long fd;

	snprintf(by_old, sizeof(by_old), "/old%s", absolute("outside"));
	fd = must(open(".", O_PATH | O_DIRECTORY));
	if (unshare(CLONE_NEWNS) < 0)
		skip("no mount namespace here");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		skip("the root is no mount point here");
	must(mount("root", "root", NULL, MS_BIND | MS_REC, NULL));
	must(chdir("root"));
	must(syscall(SYS_pivot_root, ".", "old"));
	must(chdir("/"));

	write_file("/new", "create", "root/new");
	write_file("dir/file", "open", "root/dir/file");
	write_file(by_old, "open", "outside");
	must(umount2("/old", MNT_DETACH));
	write_file("/after", "create", "root/after");
	did(syscall(SYS_mkdirat, AT_FDCWD, "/old/made", 0755), "mkdir", NULL, NULL, "root/old/made");
	/* The directory that was left is still there by its descriptor. */
	did(syscall(SYS_openat, fd, "by-fd", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL, "by-fd");
}
