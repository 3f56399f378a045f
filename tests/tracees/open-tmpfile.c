/* O_TMPFILE: a file without a name, dropped, or named later in both ways that linkat(2) has. */
#include "tracee.h"

static void
setup(void)
{
	must(mkdir("dir", 0755));
}

static long
unnamed(const char *text)
{
	long fd = syscall(SYS_openat, AT_FDCWD, "dir", O_RDWR | O_TMPFILE, 0644);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
		skip("no O_TMPFILE on this file system");
	did(fd, "open", "O_RDWR|O_TMPFILE", NULL, "dir");
	must(write((int)fd, text, strlen(text)));
	return fd;
}

static void
story(void)
{
	char proc[64];
	long fd;

	fd = unnamed("dropped");
	must(close((int)fd));

	/* The old name is none that means anything: only the new one has a row here. */
	fd = unnamed("by proc");
	snprintf(proc, sizeof(proc), "/proc/self/fd/%ld", fd);
	did(syscall(SYS_linkat, AT_FDCWD, proc, AT_FDCWD, "dir/by-proc", AT_SYMLINK_FOLLOW), "link",
	    "AT_SYMLINK_FOLLOW", NULL, "dir/by-proc");

	/* Written again after it has its name. */
	must(write((int)fd, " and more", 9));
	must(close((int)fd));

	if (geteuid() == 0) {
		fd = unnamed("by descriptor");
		did(syscall(SYS_linkat, fd, "", AT_FDCWD, "dir/by-fd", AT_EMPTY_PATH), "link", "AT_EMPTY_PATH", NULL,
		    "dir/by-fd");
		must(close((int)fd));
	}
}
