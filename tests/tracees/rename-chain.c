/* Chains: through temporary names, swapped by hand, log rotation, moved away and made again. */
#include "tracee.h"

static void
setup(void)
{
	put_file("a", "A");
	put_file("b", "B");
	put_file("log", "newest");
	put_file("log.1", "older");
	put_file("log.2", "oldest");
	put_file("config", "old");
	put_file("x", "x");
	put_file("round", "round");
}

static void
moved(const char *from, const char *to)
{
	did(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0), "rename", NULL, NULL, from);
	row("rename", NULL, NULL, to);
}

static void
created(const char *name, const char *text)
{
	long fd = did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL, 0644), "create",
		      "O_WRONLY|O_CREAT|O_EXCL", NULL, name);

	must(write((int)fd, text, strlen(text)));
	must(close((int)fd));
}

static void
story(void)
{
	moved("a", "tmp");
	moved("b", "a");
	moved("tmp", "b");

	moved("log.1", "log.2");
	moved("log", "log.1");
	created("log", "");

	moved("config", "config.bak");
	created("config", "new");

	/* The same content comes back under the name that it had: the time alone tells. */
	did(syscall(SYS_unlinkat, AT_FDCWD, "x", 0), "unlink", NULL, NULL, "x");
	created("x", "x");

	moved("round", "r1");
	moved("r1", "r2");
	moved("r2", "round");

	/* Made and gone within the run. */
	created("t1", "t");
	moved("t1", "t2");
	did(syscall(SYS_unlinkat, AT_FDCWD, "t2", 0), "unlink", NULL, NULL, "t2");
}
