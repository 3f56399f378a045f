/* utime, utimes, futimesat, utimensat, with a path and without; to the time that is there already; of a link; of a directory. */
#include "tracee.h"
#include <sys/time.h>
#include <utime.h>

static void
setup(void)
{
	static const char *const names[] = { "utime", "utimes", "futimesat", "utimensat", "futimens", "futimesat-fd", "target",
					     "omit", "noop", "empty-path", "before-1970", "nanosecond" };
	const struct timespec old[2] = { { 1000000000, 5 }, { 1000000000, 123456789 } };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		put_file(names[i], names[i]);
		must(utimensat(AT_FDCWD, names[i], old, 0));
	}
	must(mkdir("dir", 0755));
	must(symlink("target", "link"));
	must(symlink("target", "nofollow"));
	must(mkfifo("fifo", 0644));
}

static long
at(long dirfd, const char *name, long sec, long nsec, int flags)
{
	const struct timespec t[2] = { { 0, UTIME_OMIT }, { sec, nsec } };

	return utimensat((int)dirfd, name, t, flags);
}

static void
story(void)
{
	const struct utimbuf one = { 5, 6 };
	const struct timeval two[2] = { { 5, 0 }, { 6, 7 } };
	const struct timespec now[2] = { { 0, UTIME_OMIT }, { 1234567890, 1 } };

#ifdef SYS_utime
	did(syscall(SYS_utime, "utime", &one), "utime", NULL, NULL, "utime");
	did(syscall(SYS_utimes, "utimes", two), "utime", NULL, NULL, "utimes");
	did(syscall(SYS_futimesat, AT_FDCWD, "futimesat", two), "utime", NULL, NULL, "futimesat");
	did(syscall(SYS_futimesat, must(open("futimesat-fd", O_RDONLY)), NULL, two), "utime", NULL, NULL,
	    "futimesat-fd");
#else
	(void)one;
	(void)two;
#endif
	did(at(AT_FDCWD, "utimensat", 7, 8, 0), "utime", NULL, NULL, "utimensat");
	did(futimens((int)must(open("futimens", O_RDONLY)), now), "utime", NULL, NULL, "futimens");
	did(at(AT_FDCWD, "link", 9, 10, 0), "utime", NULL, NULL, "target");
	did(at(AT_FDCWD, "nofollow", 9, 10, AT_SYMLINK_NOFOLLOW), "utime", "AT_SYMLINK_NOFOLLOW", NULL, "nofollow");
	did(at(AT_FDCWD, "omit", 0, UTIME_OMIT, 0), "utime", NULL, NULL, "omit");
	did(at(AT_FDCWD, "noop", 1000000000, 123456789, 0), "utime", NULL, NULL, "noop");
	did(at(AT_FDCWD, "nanosecond", 1000000000, 123456790, 0), "utime", NULL, NULL, "nanosecond");
	did(at(AT_FDCWD, "before-1970", -100, 5, 0), "utime", NULL, NULL, "before-1970");
	/* Neither of these has a time that counts. */
	did(at(AT_FDCWD, "dir", 11, 12, 0), "utime", NULL, NULL, "dir");
	did(at(AT_FDCWD, "fifo", 11, 12, 0), "utime", NULL, NULL, "fifo");
	did(at(AT_FDCWD, "absent", 11, 12, 0), "utime", NULL, "ENOENT", "absent");
	if (at(must(open("empty-path", O_PATH)), "", 13, 14, AT_EMPTY_PATH) == 0)
		row("utime", "AT_EMPTY_PATH", NULL, "empty-path");
}
