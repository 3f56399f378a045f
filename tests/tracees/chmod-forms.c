/* chmod, fchmod, fchmodat, fchmodat2: by path, by descriptor, through links, to the mode that is there already. */
#include "tracee.h"

static void
setup(void)
{
	static const char *const names[] = { "chmod", "fchmod", "fchmodat", "fchmodat2", "empty-path", "special", "noop",
					     "target", "by-proc", "there-and-back" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(names[i], names[i]);
	must(mkdir("dir", 0755));
	must(mkdir("dir/sub", 0755));
	must(symlink("target", "link"));
}

static void
chmod_is(const char *name, const char *path, int mode)
{
	did(syscall(SYS_fchmodat, AT_FDCWD, name, mode), "chmod", NULL, NULL, path);
}

static void
story(void)
{
	char proc[64];
	long dir = must(open("dir", O_RDONLY | O_DIRECTORY));

#ifdef SYS_chmod
	did(syscall(SYS_chmod, "chmod", 0600), "chmod", NULL, NULL, "chmod");
#endif
	did(syscall(SYS_fchmod, must(open("fchmod", O_RDONLY)), 0700), "chmod", NULL, NULL, "fchmod");
	chmod_is("fchmodat", "fchmodat", 0444);
	chmod_is("special", "special", 06755);
	chmod_is("noop", "noop", 0644);
	chmod_is("link", "target", 0600);
	chmod_is("there-and-back", "there-and-back", 0);
	chmod_is("there-and-back", "there-and-back", 0644);
	did(syscall(SYS_fchmodat, dir, "sub", 01777), "chmod", NULL, NULL, "dir/sub");
	did(syscall(SYS_fchmod, dir, 0750), "chmod", NULL, NULL, "dir");
	did(syscall(SYS_fchmodat, AT_FDCWD, "absent", 0600), "chmod", NULL, "ENOENT", "absent");
	snprintf(proc, sizeof(proc), "/proc/self/fd/%ld", must(open("by-proc", O_PATH)));
	chmod_is(proc, "by-proc", 0640);

	/* A descriptor that is none has no path, and no row. */
	ended(syscall(SYS_fchmod, 12345, 0600), "EBADF", "fchmod");

	if (!had(syscall(SYS_fchmodat2, AT_FDCWD, "fchmodat2", 0600, 0), "chmod", NULL, "fchmodat2"))
		return;
	did(syscall(SYS_fchmodat2, must(open("empty-path", O_PATH)), "", 0600, AT_EMPTY_PATH), "chmod",
	    "AT_EMPTY_PATH", NULL, "empty-path");
}
