/* Every call that opens for writing, by directory descriptor and by path. */
#include "tracee.h"

struct how {
	uint64_t flags;
	uint64_t mode;
	uint64_t resolve;
};

static void
setup(void)
{
	must(mkdir("sub", 0755));
	must(mkdir("sub/below", 0755));
	put_file("sub/old", "old\n");
	put_file("sub/kept", "kept\n");
	put_file("sub/old2", "old\n");
	put_file("creat-old", "old\n");
}

static void
story(void)
{
	const struct how how = { O_WRONLY | O_CREAT | O_TRUNC, 0600, 0 };
	const struct how rdonly = { O_RDONLY, 0, 0 };
	const struct how beneath = { O_RDWR | O_CREAT, 0600, 0x08 /* RESOLVE_BENEATH */ };
	const struct how unknown = { O_WRONLY, 0, 1ull << 60 };
	long dir = must(open("sub", O_RDONLY | O_DIRECTORY));
	long below = must(open("sub/below", O_PATH | O_DIRECTORY));
	long fd;

	fd = did(syscall(SYS_openat, AT_FDCWD, "new", O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
		 "new");
	must(write((int)fd, "1", 1));
	fd = did(syscall(SYS_openat, dir, "old", O_WRONLY | O_TRUNC), "open", "O_WRONLY|O_TRUNC", NULL, "sub/old");
	must(write((int)fd, "22", 2));
	did(syscall(SYS_openat, dir, "kept", O_RDWR), "open", "O_RDWR", NULL, "sub/kept");
	did(syscall(SYS_openat, below, "../new", O_RDWR | O_CREAT, 0644), "create", "O_RDWR|O_CREAT", NULL, "sub/new");
	did(syscall(SYS_openat, below, ".././/below/../below/deep", O_RDWR | O_CREAT, 0644), "create",
	    "O_RDWR|O_CREAT", NULL, "sub/below/deep");
	/* An absolute path makes the descriptor meaningless, even a bad one. */
	did(syscall(SYS_openat, 12345, absolute("abs"), O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
	    "abs");

#ifdef SYS_creat
	did(syscall(SYS_creat, "creat-new", 0600), "create", NULL, NULL, "creat-new");
	did(syscall(SYS_creat, "creat-old", 0600), "open", NULL, NULL, "creat-old");
#endif

	did(syscall(SYS_openat2, dir, "open2", &how, sizeof(how)), "create", "O_WRONLY|O_CREAT|O_TRUNC", NULL,
	    "sub/open2");
	did(syscall(SYS_openat2, dir, "old2", &how, sizeof(how)), "open", "O_WRONLY|O_CREAT|O_TRUNC", NULL,
	    "sub/old2");
	must(syscall(SYS_openat2, dir, "old", &rdonly, sizeof(rdonly)));
	did(syscall(SYS_openat2, dir, "beneath", &beneath, sizeof(beneath)), "create", "O_RDWR|O_CREAT", NULL,
	    "sub/beneath");
	did(syscall(SYS_openat2, dir, "old", &unknown, sizeof(unknown)), "open", "O_WRONLY", "EINVAL", "sub/old");
}
