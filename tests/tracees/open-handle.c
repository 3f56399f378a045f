/* open_by_handle_at: the one open that names no path. */
#include "tracee.h"

static void
setup(void)
{
	put_file("file", "old\n");
	put_file("read", "old\n");
	if (geteuid() != 0)
		skip("open_by_handle_at needs root");
}

static long
by_handle(const char *name, int flags)
{
	union {
		struct file_handle h;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} u;
	int mount_id;
	long dir = must(open(".", O_RDONLY | O_DIRECTORY));

	u.h.handle_bytes = MAX_HANDLE_SZ;
	if (name_to_handle_at(AT_FDCWD, name, &u.h, &mount_id, 0) < 0)
		skip("no file handles on this file system");
	return syscall(SYS_open_by_handle_at, dir, &u.h, flags);
}

static void
story(void)
{
	long fd = by_handle("file", O_WRONLY | O_TRUNC);

	if (fd < 0 && errno == EPERM)
		skip("open_by_handle_at is not allowed here");
	did(fd, "open", "O_WRONLY|O_TRUNC", NULL, "file");
	must(write((int)fd, "new", 3));
	must(by_handle("read", O_RDONLY));
}
