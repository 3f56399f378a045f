/* A name that stands for something of another kind after the run. */
#include "tracee.h"

static void
setup(void)
{
	put_file("file-dir", "f");
	put_file("file-link", "f");
	put_file("file-fifo", "f");
	must(mkdir("dir-file", 0755));
	put_file("dir-file/inside", "i");
	must(symlink("x", "link-file"));
	must(symlink("x", "link-link"));
	must(symlink("x", "link-same"));
	must(symlink("x", "link-dir"));
	must(mkfifo("fifo-file", 0644));
	must(mkdir("dir-again", 0755));
	put_file("dir-again/old", "o");
}

static void
gone(const char *name)
{
	did(syscall(SYS_unlinkat, AT_FDCWD, name, 0), "unlink", NULL, NULL, name);
}

static void
dir_gone(const char *name)
{
	did(syscall(SYS_unlinkat, AT_FDCWD, name, AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", NULL, name);
}

static void
file(const char *name)
{
	did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL, name);
}

static void
story(void)
{
	gone("file-dir");
	did(syscall(SYS_mkdirat, AT_FDCWD, "file-dir", 0755), "mkdir", NULL, NULL, "file-dir");
	file("file-dir/new");
	gone("file-link");
	did(syscall(SYS_symlinkat, "y", AT_FDCWD, "file-link"), "symlink", NULL, NULL, "file-link");
	gone("file-fifo");
	did(syscall(SYS_mknodat, AT_FDCWD, "file-fifo", S_IFIFO | 0644, 0), "mknod", NULL, NULL, "file-fifo");
	gone("dir-file/inside");
	dir_gone("dir-file");
	file("dir-file");
	gone("link-file");
	file("link-file");
	gone("link-link");
	did(syscall(SYS_symlinkat, "y", AT_FDCWD, "link-link"), "symlink", NULL, NULL, "link-link");
	gone("link-same");
	did(syscall(SYS_symlinkat, "x", AT_FDCWD, "link-same"), "symlink", NULL, NULL, "link-same");
	gone("link-dir");
	did(syscall(SYS_mkdirat, AT_FDCWD, "link-dir", 0755), "mkdir", NULL, NULL, "link-dir");
	gone("fifo-file");
	file("fifo-file");
	gone("dir-again/old");
	dir_gone("dir-again");
	did(syscall(SYS_mkdirat, AT_FDCWD, "dir-again", 0755), "mkdir", NULL, NULL, "dir-again");
}
