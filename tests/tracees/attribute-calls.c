/*
 * Calls that set attributes of a symbolic link itself, or of a descriptor without a path.  Whether the file
 * system lets them does not matter: each names its file.
 */
#include "tracee.h"
#include <sys/xattr.h>

/* Calls and structures that older headers lack; Linux 5.12 and 6.15. */
enum { MOUNT_SETATTR = 442, OPEN_TREE_ATTR = 467 };

struct attr {		/* struct file_attr of linux/fs.h */
	uint64_t xflags;
	uint32_t extsize, nextents, projid, cowextsize;
};

static void
setup(void)
{
	put_file("file", "file");
	must(symlink("file", "link"));
}

/* Whatever comes of it, that is its row. */
static void
tried(long rc, const char *op, const char *flags, const char *path)
{
	static const struct {
		int number;
		const char *name;
	} refusals[] = {
		{ 0, NULL },
		{ EPERM, "EPERM" },
		{ EINVAL, "EINVAL" },
		{ ENODATA, "ENODATA" },
		{ EOPNOTSUPP, "EOPNOTSUPP" },
		{ ENOSYS, "ENOSYS" },
	};
	int error = rc < 0 ? errno : 0;

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		if (refusals[i].number == error) {
			row(op, flags, refusals[i].name, path);
			return;
		}
	}
	fprintf(stderr, "%s of %s: %s\n", op, path, strerror(error));
	exit(99);
}

static void
xattrs(long file)
{
	struct {
		uint64_t value;
		uint32_t size;
		uint32_t flags;
	} args = { (uintptr_t)"value", 5, 0 };

	tried(lsetxattr("link", "user.x", "value", 5, 0), "xattr", NULL, "link");
	tried(lremovexattr("link", "user.x"), "xattr", NULL, "link");
	tried(syscall(SYS_setxattrat, AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, "user.x", &args, sizeof(args)), "xattr",
	      "AT_SYMLINK_NOFOLLOW", "link");
	tried(syscall(SYS_removexattrat, AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, "user.x"), "xattr", "AT_SYMLINK_NOFOLLOW",
	      "link");
	tried(syscall(SYS_removexattrat, file, "", AT_EMPTY_PATH, "user.x"), "xattr", "AT_EMPTY_PATH", "file");
}

/* 32-bit programs have a second form. */
static void
times(long file)
{
#ifdef SYS_utimensat_time64
	const int64_t t[4] = { 1, 2, 3, 4 };

	tried(syscall(SYS_utimensat_time64, AT_FDCWD, "link", t, AT_SYMLINK_NOFOLLOW), "utime", "AT_SYMLINK_NOFOLLOW",
	      "link");
	tried(syscall(SYS_utimensat_time64, file, "", t, AT_EMPTY_PATH), "utime", "AT_EMPTY_PATH", "file");
	tried(syscall(SYS_utimensat_time64, file, NULL, t, 0), "utime", NULL, "file");
#else
	(void)file;
#endif
}

/* Nothing is mounted here, so that these are refused. */
static void
mounts(long file)
{
	const uint64_t read_only[4] = { 1, 0, 0, 0 };	/* struct mount_attr */

	if (geteuid() != 0)
		return;
	tried(syscall(MOUNT_SETATTR, AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, read_only, sizeof(read_only)), "mount",
	      "AT_SYMLINK_NOFOLLOW", "link");
	tried(syscall(MOUNT_SETATTR, file, "", AT_EMPTY_PATH, read_only, sizeof(read_only)), "mount", "AT_EMPTY_PATH",
	      "file");
	tried(syscall(OPEN_TREE_ATTR, AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, read_only, sizeof(read_only)), "mount",
	      "AT_SYMLINK_NOFOLLOW", "link");
	tried(syscall(OPEN_TREE_ATTR, file, "", AT_EMPTY_PATH, read_only, sizeof(read_only)), "mount", "AT_EMPTY_PATH",
	      "file");
}

static void
story(void)
{
	long file = must(open("file", O_RDONLY));
	struct attr a = { 0 };

	tried(syscall(SYS_fchmodat2, AT_FDCWD, "link", 0600, AT_SYMLINK_NOFOLLOW), "chmod", "AT_SYMLINK_NOFOLLOW", "link");
	xattrs(file);
	times(file);
	tried(syscall(SYS_file_setattr, AT_FDCWD, "link", &a, sizeof(a), AT_SYMLINK_NOFOLLOW), "flags",
	      "AT_SYMLINK_NOFOLLOW", "link");
	tried(syscall(SYS_file_setattr, file, "", &a, sizeof(a), AT_EMPTY_PATH), "flags", "AT_EMPTY_PATH", "file");
	mounts(file);
}
