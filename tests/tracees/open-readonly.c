/* Opens that can change nothing: none of them may be in the record. */
#include "tracee.h"

static void
setup(void)
{
	must(mkdir("dir", 0755));
	put_file("file", "content\n");
	must(symlink("file", "link"));
}

static void
story(void)
{
	char buf[8];
	long fd = must(syscall(SYS_openat, AT_FDCWD, "file", O_RDONLY | O_CLOEXEC));

	must(read((int)fd, buf, sizeof(buf)));
	must(syscall(SYS_openat, AT_FDCWD, "link", O_RDONLY));
	must(syscall(SYS_openat, AT_FDCWD, "dir", O_RDONLY | O_DIRECTORY));
	must(syscall(SYS_openat, AT_FDCWD, "file", O_PATH));
	must(syscall(SYS_openat, AT_FDCWD, "link", O_PATH | O_NOFOLLOW));
	/* O_PATH makes the kernel forget what else was asked for, O_TRUNC and O_CREAT too. */
	must(syscall(SYS_openat, AT_FDCWD, "file", O_PATH | O_WRONLY | O_TRUNC));
	ended(syscall(SYS_openat, AT_FDCWD, "absent", O_PATH | O_RDWR | O_CREAT, 0644), "ENOENT", "absent");
	ended(syscall(SYS_openat, AT_FDCWD, "absent", O_RDONLY), "ENOENT", "absent");
	must(access("file", W_OK));
}
