/*
 * Another process exchanges a symbolic link on the way of calls by path.  Where each call went is known to the kernel
 * alone until it is done; no rows are printed.  What has been changed can be told by its mode, or by its absence.
 */
#include "tracee.h"
#include <signal.h>

enum { FILES = 60 };

static void
setup(void)
{
	char name[32];

	must(mkdir("one", 0755));
	must(mkdir("two", 0755));
	must(mkdir("to", 0755));
	must(symlink("one", "way"));
	for (int i = 0; i < 2 * FILES; i++) {
		snprintf(name, sizeof(name), "%s/%s.%d", i % 2 ? "one" : "two", "changed", i / 2);
		put_file(name, name);
		snprintf(name, sizeof(name), "%s/%s.%d", i % 2 ? "one" : "two", "removed", i / 2);
		put_file(name, name);
		snprintf(name, sizeof(name), "%s/%s.%d", i % 2 ? "one" : "two", "moved", i / 2);
		put_file(name, name);
	}
}

static void
exchange_for_ever(void)
{
	for (int i = 0;; i++) {
		must(symlink(i % 2 ? "one" : "two", "new"));
		must(rename("new", "way"));
	}
}

static void
story(void)
{
	char name[32], to[32];
	pid_t child = (pid_t)must(fork());

	if (child == 0)
		exchange_for_ever();
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "way/changed.%d", i);
		must(chmod(name, 0600));
		snprintf(name, sizeof(name), "way/removed.%d", i);
		must(unlink(name));
		snprintf(name, sizeof(name), "way/moved.%d", i);
		snprintf(to, sizeof(to), "to/moved.%d", i);
		must(rename(name, to));
		snprintf(name, sizeof(name), "way/made.%d", i);
		must(mkdir(name, 0755));
	}
	must(kill(child, SIGKILL));
	must(waitpid(child, NULL, 0));
	unlink("new");
}
