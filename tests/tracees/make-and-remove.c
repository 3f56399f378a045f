/* symlink, unlink, mkdir, rmdir, each in both forms, done and refused. */
#include "tracee.h"

static void
setup(void)
{
	put_file("file1", "1");
	put_file("file2", "2");
	put_file("stays", "s");
	must(symlink("stays", "link"));
	must(mkdir("empty1", 0755));
	must(mkdir("empty2", 0755));
	must(mkdir("full", 0755));
	put_file("full/file", "f");
	must(mkdir("tree", 0755));
	must(mkdir("tree/sub", 0755));
	put_file("tree/sub/file", "f");
}

static void
story(void)
{
	long here = must(open(".", O_PATH | O_DIRECTORY));

#ifdef SYS_symlink
	did(syscall(SYS_symlink, "some where", "sym1"), "symlink", NULL, NULL, "sym1");
	did(syscall(SYS_mkdir, "made1", 0700), "mkdir", NULL, NULL, "made1");
	did(syscall(SYS_unlink, "file1"), "unlink", NULL, NULL, "file1");
	did(syscall(SYS_rmdir, "empty1"), "rmdir", NULL, NULL, "empty1");
#endif
	did(syscall(SYS_symlinkat, "/absolute/target", here, "sym2"), "symlink", NULL, NULL, "sym2");
	did(syscall(SYS_symlinkat, "x", AT_FDCWD, "stays"), "symlink", NULL, "EEXIST", "stays");
	did(syscall(SYS_mkdirat, here, "made2", 01777), "mkdir", NULL, NULL, "made2");
	did(syscall(SYS_mkdirat, AT_FDCWD, "made3/", 0755), "mkdir", NULL, NULL, "made3");
	did(syscall(SYS_mkdirat, AT_FDCWD, "full", 0755), "mkdir", NULL, "EEXIST", "full");
	did(syscall(SYS_mkdirat, AT_FDCWD, "stays", 0755), "mkdir", NULL, "EEXIST", "stays");
	did(syscall(SYS_mkdirat, AT_FDCWD, absolute("nodir/sub"), 0755), "mkdir", NULL, "ENOENT", "nodir/sub");
	did(syscall(SYS_unlinkat, here, "file2", 0), "unlink", NULL, NULL, "file2");
	did(syscall(SYS_unlinkat, here, "link", 0), "unlink", NULL, NULL, "link");
	did(syscall(SYS_unlinkat, here, "absent", 0), "unlink", NULL, "ENOENT", "absent");
	did(syscall(SYS_unlinkat, here, "full", 0), "unlink", NULL, "EISDIR", "full");
	did(syscall(SYS_unlinkat, here, "empty2", AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", NULL, "empty2");
	did(syscall(SYS_unlinkat, here, "full", AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", "ENOTEMPTY", "full");
	did(syscall(SYS_unlinkat, here, "stays", AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", "ENOTDIR", "stays");

	did(syscall(SYS_unlinkat, AT_FDCWD, "tree/sub/file", 0), "unlink", NULL, NULL, "tree/sub/file");
	did(syscall(SYS_unlinkat, AT_FDCWD, "tree/sub", AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", NULL, "tree/sub");
	did(syscall(SYS_unlinkat, AT_FDCWD, "tree/", AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", NULL, "tree");
}
