/* Directories moved with all that is below them: touched by the run or not, nested, and back. */
#include "tracee.h"

static void
setup(void)
{
	must(mkdir("moved", 0755));
	must(mkdir("moved/sub", 0755));
	must(mkdir("moved/sub/deep", 0755));
	put_file("moved/untouched", "1");
	put_file("moved/sub/file", "2");
	put_file("moved/sub/deep/file", "3");
	must(symlink("../untouched", "moved/sub/link"));
	must(mkfifo("moved/fifo", 0644));
	must(mkdir("back", 0755));
	put_file("back/file", "same");
	put_file("back/other", "old");
	must(mkdir("onto", 0755));
	must(mkdir("source", 0755));
	put_file("source/file", "s");
	must(mkdir("chain", 0755));
	put_file("chain/file", "c");
}

static void
moved(const char *from, const char *to)
{
	did(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0), "rename", NULL, NULL, from);
	row("rename", NULL, NULL, to);
}

static void
write_file(const char *name, bool existed, const char *text)
{
	long fd = did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_TRUNC, 0644),
		      existed ? "open" : "create", "O_WRONLY|O_CREAT|O_TRUNC", NULL, name);

	must(write((int)fd, text, strlen(text)));
	must(close((int)fd));
}

static void
story(void)
{
	/* Away; a file is written under the new name; a sub-directory goes further. */
	moved("moved", "there");
	write_file("there/sub/file", true, "changed");
	write_file("there/sub/new", false, "new");
	moved("there/sub", "there/sub2");

	/* There and back again: nothing but what was written in between. */
	moved("back", "away");
	write_file("away/other", true, "new");
	moved("away", "back");

	/* Onto an empty directory. */
	moved("source", "onto");

	/* Written first, then moved twice. */
	write_file("chain/file", true, "changed");
	moved("chain", "chain2");
	moved("chain2", "chain3");

	/* The old name is used again. */
	must(did(syscall(SYS_mkdirat, AT_FDCWD, "moved", 0755), "mkdir", NULL, NULL, "moved"));
	write_file("moved/untouched", false, "another");
}
