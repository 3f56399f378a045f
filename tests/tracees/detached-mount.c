/*
 * Files in a tree that is mounted nowhere: of them the kernel tells names that begin at that tree's root, as if they
 * were below everybody's.  What is written there is written in source.
 */
#include "tracee.h"

enum { OPEN_TREE = 428, CLONE_TREE = 1 };

static void
setup(void)
{
	must(mkdir("source", 0755));
	must(mkdir("source/wt-detached", 0755));
	put_file("source/wt-detached/file", "old");
	put_file("source/wt-detached/gone", "old");
	if (geteuid() != 0)
		skip("a mount needs root");
}

static void
story(void)
{
	long tree = syscall(OPEN_TREE, AT_FDCWD, "source", CLONE_TREE);

	if (tree < 0)
		skip("no open_tree here");
	must(close((int)must(openat((int)tree, "wt-detached/file", O_WRONLY | O_APPEND))));
	must(close((int)must(openat((int)tree, "wt-detached/new", O_WRONLY | O_CREAT, 0644))));
	must(unlinkat((int)tree, "wt-detached/gone", 0));
	must(fchdir((int)tree));
	must(mkdir("wt-detached/dir", 0755));
}
