/* setxattr and removexattr with their l and f forms, and the *at forms of newer kernels. */
#include "tracee.h"
#include <sys/xattr.h>

static void
setup(void)
{
	static const char *const names[] = { "set", "fset", "lset", "target", "remove", "fremove", "lremove", "replace",
					     "same", "at", "at-remove" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(names[i], names[i]);
	must(mkdir("dir", 0755));
	must(symlink("target", "link"));
	for (size_t i = 4; i < sizeof(names) / sizeof(*names); i++) {
		if (setxattr(names[i], "user.old", "old", 3, 0) < 0)
			skip("no extended attributes on this file system");
	}
}

static void
story(void)
{
	struct {
		uint64_t value;
		uint32_t size;
		uint32_t flags;
	} args = { (uintptr_t)"value", 5, 0 };
	long dir = must(open("dir", O_RDONLY | O_DIRECTORY));

	did(setxattr("set", "user.new", "value", 5, XATTR_CREATE), "xattr", "XATTR_CREATE", NULL, "set");
	did(lsetxattr("lset", "user.new", "value", 5, 0), "xattr", NULL, NULL, "lset");
	did(fsetxattr((int)must(open("fset", O_RDONLY)), "user.new", "value", 5, 0), "xattr", NULL, NULL, "fset");
	did(setxattr("link", "user.new", "value", 5, 0), "xattr", NULL, NULL, "target");
	did(setxattr("replace", "user.old", "value", 5, XATTR_REPLACE), "xattr", "XATTR_REPLACE", NULL, "replace");
	did(setxattr("same", "user.old", "old", 3, 0), "xattr", NULL, NULL, "same");
	did(fsetxattr((int)dir, "user.dir", "value", 5, 0), "xattr", NULL, NULL, "dir");
	did(removexattr("remove", "user.old"), "xattr", NULL, NULL, "remove");
	did(lremovexattr("lremove", "user.old"), "xattr", NULL, NULL, "lremove");
	did(fremovexattr((int)must(open("fremove", O_RDONLY)), "user.old"), "xattr", NULL, NULL, "fremove");
	did(removexattr("set", "user.absent"), "xattr", NULL, "ENODATA", "set");
	did(setxattr("absent", "user.new", "value", 5, 0), "xattr", NULL, "ENOENT", "absent");
	/* Only looked at. */
	must(getxattr("replace", "user.old", NULL, 0));
	must(listxattr("replace", NULL, 0));

	if (!had(syscall(SYS_setxattrat, AT_FDCWD, "at", 0, "user.at", &args, sizeof(args)), "xattr", NULL, "at"))
		return;
	did(syscall(SYS_setxattrat, must(open("at", O_RDONLY)), "", AT_EMPTY_PATH, "user.at2", &args, sizeof(args)),
	    "xattr", "AT_EMPTY_PATH", NULL, "at");
	did(syscall(SYS_removexattrat, AT_FDCWD, "at-remove", 0, "user.old"), "xattr", NULL, NULL, "at-remove");
}
