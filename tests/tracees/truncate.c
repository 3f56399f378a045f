/*
 * Content that changes without a descriptor.  truncate(2): shorter, longer, the same, through a link, refused.  acct(2):
 * refused alone, since it would go on for the whole machine.
 */
#include "tracee.h"

static void
setup(void)
{
	put_file("shorter", "0123456789");
	put_file("longer", "0123456789");
	put_file("same", "0123456789");
	put_file("empty", "0123456789");
	put_file("by-link", "0123456789");
	must(symlink("by-link", "link"));
	must(mkdir("dir", 0755));
}

/* Who may not ask for it at all is told so first. */
static void
accounts_to(const char *path, const char *error)
{
	if (syscall(SYS_acct, path) == 0)
		exit(99);
	row("open", NULL, errno == EPERM ? "EPERM" : error, path);
}

static void
story(void)
{
	did(syscall(SYS_truncate, "shorter", 3), "truncate", NULL, NULL, "shorter");
	did(syscall(SYS_truncate, "longer", 30), "truncate", NULL, NULL, "longer");
	did(syscall(SYS_truncate, "same", 10), "truncate", NULL, NULL, "same");
	did(syscall(SYS_truncate, "empty", 0), "truncate", NULL, NULL, "empty");
	did(syscall(SYS_truncate, "link", 5), "truncate", NULL, NULL, "by-link");
	did(syscall(SYS_truncate, "absent", 5), "truncate", NULL, "ENOENT", "absent");
	did(syscall(SYS_truncate, "dir", 0), "truncate", NULL, "EISDIR", "dir");
	accounts_to("absent", "ENOENT");
	accounts_to("dir", "EISDIR");
	(void)syscall(SYS_acct, 1L);
}
