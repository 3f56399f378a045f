/*
 * Attributes and length by a descriptor, however it was opened: read-only, O_PATH by /proc/self/fd, AT_EMPTY_PATH,
 * inherited over fork, of a file that has another name by now, of a directory, of a symbolic link itself.
 */
#include "tracee.h"
#include <sys/xattr.h>

static const struct timespec times[2] = { { 1000000000, 1 }, { 1000000000, 123456789 } };
static uid_t uid;
static gid_t gid;

static void
setup(void)
{
	static const char *const names[] = { "r-mode", "r-owner", "r-times", "r-xattr", "r-unxattr", "p-mode", "p-owner",
					     "p-times", "p-xattr", "p-unxattr", "p-length", "e-mode", "e-owner",
					     "e-times", "w-length", "w-times", "dup", "forked", "was", "target" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		put_file(names[i], names[i]);
		if (setxattr(names[i], "user.old", "old", 3, 0) < 0)
			skip("no extended attributes on this file system");
	}
	must(mkdir("dir", 0755));
	must(mkdir("cwd", 0755));
	must(symlink("target", "link"));
	must(symlink("target", "link-times"));
}

static long
opened(const char *name, int flags)
{
	return must(syscall(SYS_openat, AT_FDCWD, name, flags));
}

/* The name that the descriptor has in /proc, which the kernel follows to the file. */
static const char *
by_proc(const char *name)
{
	static char proc[64];

	snprintf(proc, sizeof(proc), "/proc/self/fd/%ld", opened(name, O_PATH));
	return proc;
}

static void
read_only(void)
{
	did(syscall(SYS_fchmod, opened("r-mode", O_RDONLY), 0600), "chmod", NULL, NULL, "r-mode");
	did(syscall(SYS_fchown, opened("r-owner", O_RDONLY), uid, gid), "chown", NULL, NULL, "r-owner");
	did(syscall(SYS_utimensat, opened("r-times", O_RDONLY), NULL, times, 0), "utime", NULL, NULL, "r-times");
	did(fsetxattr((int)opened("r-xattr", O_RDONLY), "user.new", "v", 1, 0), "xattr", NULL, NULL, "r-xattr");
	did(fremovexattr((int)opened("r-unxattr", O_RDONLY), "user.old"), "xattr", NULL, NULL, "r-unxattr");
}

static void
path_only(void)
{
	did(syscall(SYS_fchmodat, AT_FDCWD, by_proc("p-mode"), 0600), "chmod", NULL, NULL, "p-mode");
	did(syscall(SYS_fchownat, AT_FDCWD, by_proc("p-owner"), uid, gid, 0), "chown", NULL, NULL, "p-owner");
	did(syscall(SYS_utimensat, AT_FDCWD, by_proc("p-times"), times, 0), "utime", NULL, NULL, "p-times");
	did(setxattr(by_proc("p-xattr"), "user.new", "v", 1, 0), "xattr", NULL, NULL, "p-xattr");
	did(removexattr(by_proc("p-unxattr"), "user.old"), "xattr", NULL, NULL, "p-unxattr");
	did(truncate(by_proc("p-length"), 3), "truncate", NULL, NULL, "p-length");
}

static void
empty_path(void)
{
	long rc;

	did(syscall(SYS_fchownat, opened("e-owner", O_PATH), "", uid, gid, AT_EMPTY_PATH), "chown", "AT_EMPTY_PATH",
	    NULL, "e-owner");
	rc = syscall(SYS_utimensat, opened("e-times", O_PATH), "", times, AT_EMPTY_PATH);
	if (rc == 0)
		row("utime", "AT_EMPTY_PATH", NULL, "e-times");
	else	/* kernels before 5.8 */
		did(rc, "utime", "AT_EMPTY_PATH", "EINVAL", "e-times");
	(void)had(syscall(SYS_fchmodat2, opened("e-mode", O_PATH), "", 0600, AT_EMPTY_PATH), "chmod", "AT_EMPTY_PATH", "e-mode");

	/* A symbolic link itself can be had only so. */
	did(syscall(SYS_fchownat, opened("link", O_PATH | O_NOFOLLOW), "", uid, gid, AT_EMPTY_PATH), "chown",
	    "AT_EMPTY_PATH", NULL, "link");
	rc = syscall(SYS_utimensat, opened("link-times", O_PATH | O_NOFOLLOW), "", times, AT_EMPTY_PATH);
	if (rc == 0)
		row("utime", "AT_EMPTY_PATH", NULL, "link-times");
	else
		did(rc, "utime", "AT_EMPTY_PATH", "EINVAL", "link-times");
}

static void
story(void)
{
	long fd;
	pid_t pid;

	uid = geteuid() == 0 ? 12 : geteuid();
	gid = geteuid() == 0 ? 13 : getegid();
	read_only();
	path_only();
	empty_path();

	fd = did(opened("w-length", O_RDWR), "open", "O_RDWR", NULL, "w-length");
	must(ftruncate((int)fd, 2));
	fd = did(opened("w-times", O_WRONLY), "open", "O_WRONLY", NULL, "w-times");
	did(syscall(SYS_utimensat, fd, NULL, times, 0), "utime", NULL, NULL, "w-times");

	fd = opened("dup", O_RDONLY);
	did(syscall(SYS_fchmod, must(fcntl((int)fd, F_DUPFD, 200)), 0600), "chmod", NULL, NULL, "dup");

	fd = opened("forked", O_RDONLY);
	pid = (pid_t)must(fork());
	if (pid == 0)
		_exit(syscall(SYS_fchmod, fd, 0600) == 0 ? 0 : 99);
	reap(pid);
	row("chmod", NULL, NULL, "forked");

	/* What the descriptor means has another name now. */
	fd = opened("was", O_RDONLY);
	did(syscall(SYS_renameat2, AT_FDCWD, "was", AT_FDCWD, "is", 0), "rename", NULL, NULL, "was");
	row("rename", NULL, NULL, "is");
	did(syscall(SYS_fchmod, fd, 0600), "chmod", NULL, NULL, "is");
	did(fsetxattr((int)fd, "user.new", "v", 1, 0), "xattr", NULL, NULL, "is");

	fd = opened("dir", O_RDONLY | O_DIRECTORY);
	did(syscall(SYS_fchmod, fd, 0700), "chmod", NULL, NULL, "dir");
	did(fsetxattr((int)fd, "user.new", "v", 1, 0), "xattr", NULL, NULL, "dir");

	/* The working directory itself. */
	must(chdir("cwd"));
	did(syscall(SYS_fchownat, AT_FDCWD, "", uid, gid, AT_EMPTY_PATH), "chown", "AT_EMPTY_PATH", NULL, "cwd");
	did(syscall(SYS_fchmodat, AT_FDCWD, ".", 0700), "chmod", NULL, NULL, "cwd");
}
