/* chattr's ioctls, and file_setattr of newer kernels. */
#include "tracee.h"
#include <linux/fs.h>
#include <sys/ioctl.h>

/* struct file_attr of linux/fs.h, in headers since 6.17. */
struct attr {
	uint64_t xflags;
	uint32_t extsize;
	uint32_t nextents;
	uint32_t projid;
	uint32_t cowextsize;
};

static void
setup(void)
{
	static const char *const names[] = { "setflags", "fssetxattr", "setattr", "unset", "noop" };
	unsigned int flags = FS_NODUMP_FL;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(names[i], names[i]);
	must(mkdir("dir", 0755));
	int fd = (int)must(open("unset", O_RDONLY));
	unsigned int old = 0;

	if (ioctl(fd, FS_IOC_GETFLAGS, &old) < 0)
		skip("no inode flags on this file system");
	flags |= old;
	if (ioctl(fd, FS_IOC_SETFLAGS, &flags) < 0)
		skip("inode flags cannot be set here");
}

static void
set_flag(const char *name, unsigned int set, unsigned int clear)
{
	int fd = (int)must(open(name, O_RDONLY));
	unsigned int flags = 0;

	must(ioctl(fd, FS_IOC_GETFLAGS, &flags));
	flags = (flags | set) & ~clear;
	did(ioctl(fd, FS_IOC_SETFLAGS, &flags), "flags", NULL, NULL, name);
	must(close(fd));
}

static void
story(void)
{
	struct fsxattr x;
	struct attr a = { FS_XFLAG_NODUMP, 0, 0, 0, 0 };
	int fd = (int)must(open("fssetxattr", O_RDONLY));
	long rc;

	set_flag("setflags", FS_NODUMP_FL | FS_NOATIME_FL, 0);
	set_flag("unset", 0, FS_NODUMP_FL);
	set_flag("noop", 0, 0);
	set_flag("dir", FS_NODUMP_FL, 0);
	if (ioctl(fd, FS_IOC_FSGETXATTR, &x) == 0) {
		x.fsx_xflags |= FS_XFLAG_NODUMP;
		did(ioctl(fd, FS_IOC_FSSETXATTR, &x), "flags", NULL, NULL, "fssetxattr");
	}
	rc = syscall(SYS_file_setattr, AT_FDCWD, "setattr", &a, sizeof(a), 0);
	if (rc < 0 && errno == EOPNOTSUPP)
		row("flags", NULL, "EOPNOTSUPP", "setattr");
	else
		(void)had(rc, "flags", NULL, "setattr");
}
