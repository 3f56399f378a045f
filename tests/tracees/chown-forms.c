/*
 * chown, lchown, fchown, fchownat.  Root gives files away; another user may only "change" to what is, which
 * still takes set-id bits off and is a call in the record.
 */
#include "tracee.h"

static void
setup(void)
{
	static const char *const names[] = { "chown", "fchown", "fchownat", "empty-path", "target", "setid", "noop" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(names[i], names[i]);
	must(chmod("setid", 06755));
	must(mkdir("dir", 0755));
	must(symlink("target", "link"));
	must(symlink("target", "lchown"));
	must(symlink("target", "nofollow"));
}

static void
story(void)
{
	long uid = geteuid() == 0 ? 12 : (long)geteuid();
	long gid = geteuid() == 0 ? 34 : (long)getegid();
	long dir = must(open("dir", O_RDONLY | O_DIRECTORY));

#ifdef SYS_chown
	did(syscall(SYS_chown, "chown", uid, gid), "chown", NULL, NULL, "chown");
	did(syscall(SYS_lchown, "lchown", uid, gid), "chown", NULL, NULL, "lchown");
#endif
	did(syscall(SYS_fchown, must(open("fchown", O_RDONLY)), uid, gid), "chown", NULL, NULL, "fchown");
	did(syscall(SYS_fchownat, AT_FDCWD, "fchownat", uid, gid, 0), "chown", NULL, NULL, "fchownat");
	did(syscall(SYS_fchownat, AT_FDCWD, "link", uid, gid, 0), "chown", NULL, NULL, "target");
	did(syscall(SYS_fchownat, AT_FDCWD, "nofollow", uid, gid, AT_SYMLINK_NOFOLLOW), "chown",
	    "AT_SYMLINK_NOFOLLOW", NULL, "nofollow");
	did(syscall(SYS_fchownat, must(open("empty-path", O_PATH)), "", uid, gid, AT_EMPTY_PATH), "chown",
	    "AT_EMPTY_PATH", NULL, "empty-path");
	did(syscall(SYS_fchownat, AT_FDCWD, "setid", -1, gid, 0), "chown", NULL, NULL, "setid");
	did(syscall(SYS_fchownat, AT_FDCWD, "noop", -1, -1, 0), "chown", NULL, NULL, "noop");
	did(syscall(SYS_fchown, dir, uid, -1), "chown", NULL, NULL, "dir");
	did(syscall(SYS_fchownat, AT_FDCWD, "absent", uid, gid, 0), "chown", NULL, "ENOENT", "absent");
	if (geteuid() != 0)
		did(syscall(SYS_fchownat, AT_FDCWD, "noop", 0, 0, 0), "chown", NULL, "EPERM", "noop");
}
