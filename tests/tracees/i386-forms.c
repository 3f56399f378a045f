/*
 * Calls that only 32-bit programs have: those with wide ids, wide lengths and wide times beside the first ones, and
 * umount without flags.  Built as a 32-bit program only.
 */
#include "tracee.h"
#include <sys/mount.h>

#ifndef SYS_utimensat_time64
#define SYS_utimensat_time64 412
#endif

static void
setup(void)
{
	static const char *const names[] = { "chown", "lchown", "fchown", "truncate", "times", "utime", "utimes" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(names[i], names[i]);
	must(symlink("nowhere", "link"));
	must(mkdir("mounted", 0755));
}

static void
story(void)
{
#ifdef SYS_chown32
	const int64_t wide[4] = { 5, 6, 7, 8 };
	const int32_t narrow[2] = { 5, 6 };
	const int32_t narrow_pairs[4] = { 5, 0, 6, 7 };
	long uid = geteuid() == 0 ? 70000 : (long)geteuid();
	long gid = geteuid() == 0 ? 70001 : (long)getegid();

	did(syscall(SYS_chown32, "chown", uid, gid), "chown", NULL, NULL, "chown");
	did(syscall(SYS_lchown32, "link", uid, gid), "chown", NULL, NULL, "link");
	did(syscall(SYS_fchown32, must(open("fchown", O_RDONLY)), uid, gid), "chown", NULL, NULL, "fchown");
	did(syscall(SYS_truncate64, "truncate", 3, 0), "truncate", NULL, NULL, "truncate");
	did(syscall(SYS_utime, "utime", narrow), "utime", NULL, NULL, "utime");
	did(syscall(SYS_utimes, "utimes", narrow_pairs), "utime", NULL, NULL, "utimes");
	(void)had(syscall(SYS_utimensat_time64, AT_FDCWD, "times", wide, 0), "utime", NULL, "times");
	if (geteuid() == 0 && mount("tmpfs", "mounted", "tmpfs", 0, NULL) == 0) {
		row("mount", NULL, NULL, "mounted");
		ended(syscall(SYS_umount, "mounted"), NULL, "umount");
	}
	did(syscall(SYS_umount, "absent"), "mount", NULL, geteuid() == 0 ? "ENOENT" : "EPERM", "absent");
#else
	skip("not a 32-bit program");
#endif
}
