/* RENAME_EXCHANGE: two files, two directories, one of each, and a link with either. */
#include "tracee.h"
#include <linux/fs.h>

static void
setup(void)
{
	put_file("a", "content of a");
	put_file("b", "content of b");
	must(mkdir("d1", 0755));
	must(mkdir("d2", 0700));
	put_file("d1/one", "1");
	put_file("d1/both", "1");
	put_file("d2/two", "2");
	put_file("d2/both", "2");
	put_file("file", "f");
	must(mkdir("dir", 0755));
	put_file("dir/in", "in");
	put_file("plain", "p");
	must(symlink("plain", "link"));
	must(symlink("dir", "way"));
	must(mkdir("road", 0755));
	put_file("road/in", "in");
	put_file("same1", "same");
	put_file("same2", "same");
}

static void
exchange(const char *from, const char *to, const char *error)
{
	did(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE), "exchange", "RENAME_EXCHANGE", error,
	    from);
	row("exchange", "RENAME_EXCHANGE", error, to);
}

static void
story(void)
{
	exchange("a", "b", NULL);
	exchange("d1", "d2", NULL);
	exchange("file", "dir", NULL);
	exchange("plain", "link", NULL);
	exchange("same1", "same2", NULL);
	exchange("way", "road", NULL);
	exchange("a", "absent", "ENOENT");
}
