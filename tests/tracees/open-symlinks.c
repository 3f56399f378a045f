/* Opens through symbolic links: paths are recorded without any in a directory part, the last one followed as the call does. */
#include "tracee.h"

static void
setup(void)
{
	must(mkdir("real", 0755));
	must(mkdir("real/sub", 0755));
	put_file("real/old", "old\n");
	put_file("target", "old\n");
	must(symlink("real", "dirlink"));
	must(symlink("dirlink/sub", "twice"));
	must(symlink("target", "link"));
	must(symlink("link", "link-to-link"));
	must(symlink("born", "dangling"));
	must(symlink("dirlink/sub/born", "dangling-deep"));
	must(symlink(absolute("real/born-abs"), "dangling-abs"));
	must(symlink("nowhere/at/all", "hopeless"));
}

static void
story(void)
{
	long dir;
	long fd;

	did(syscall(SYS_openat, AT_FDCWD, "dirlink/new", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "real/new");
	fd = did(syscall(SYS_openat, AT_FDCWD, "dirlink/old", O_WRONLY | O_TRUNC), "open", "O_WRONLY|O_TRUNC", NULL,
		 "real/old");
	must(write((int)fd, "new", 3));
	did(syscall(SYS_openat, AT_FDCWD, "twice/../up", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "real/up");

	dir = must(open("twice", O_RDONLY | O_DIRECTORY));
	did(syscall(SYS_openat, dir, "by-dirfd", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "real/sub/by-dirfd");

	fd = did(syscall(SYS_openat, AT_FDCWD, "link-to-link", O_RDWR), "open", "O_RDWR", NULL, "target");
	must(write((int)fd, "new", 3));

	/* O_CREAT follows a dangling link and creates what it names. */
	did(syscall(SYS_openat, AT_FDCWD, "dangling", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "born");
	did(syscall(SYS_openat, AT_FDCWD, "dangling-deep", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT",
	    NULL, "real/sub/born");
	did(syscall(SYS_openat, AT_FDCWD, "dangling-abs", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT",
	    NULL, "real/born-abs");

	/* O_EXCL does not: the link itself is in the way. */
	did(syscall(SYS_openat, AT_FDCWD, "hopeless", O_WRONLY | O_CREAT | O_EXCL, 0644), "open",
	    "O_WRONLY|O_CREAT|O_EXCL", "EEXIST", "hopeless");
	did(syscall(SYS_openat, AT_FDCWD, "link", O_WRONLY | O_NOFOLLOW), "open", "O_WRONLY|O_NOFOLLOW", "ELOOP",
	    "link");

	/* The working directory reached by a link. */
	must(chdir("twice"));
	did(syscall(SYS_openat, AT_FDCWD, "in-cwd", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "real/sub/in-cwd");
	did(syscall(SYS_openat, AT_FDCWD, "../../outer", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "outer");
}
