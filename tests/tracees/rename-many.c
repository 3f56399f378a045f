/* Directories of thousands of entries, nested, moved as wholes and in parts, touched and untouched, and back again. */
#include "tracee.h"

enum { BRANCHES = 12, LEAVES = 80 };

static void
grow_tree(const char *top)
{
	char name[128];

	must(mkdir(top, 0755));
	for (int b = 0; b < BRANCHES; b++) {
		snprintf(name, sizeof(name), "%s/branch-%d", top, b);
		must(mkdir(name, 0755));
		snprintf(name, sizeof(name), "%s/branch-%d/twig", top, b);
		must(mkdir(name, 0755));
		for (int l = 0; l < LEAVES; l++) {
			snprintf(name, sizeof(name), "%s/branch-%d/%sleaf-%d", top, b, l % 2 ? "twig/" : "", l);
			put_file(name, name);
		}
	}
}

static void
setup(void)
{
	grow_tree("forest");
	grow_tree("round");
	grow_tree("swap-1");
	must(mkdir("swap-2", 0700));
	put_file("swap-2/alone", "alone");
	must(mkdir("empty", 0700));
}

static void
moved(const char *from, const char *to)
{
	did(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0), "rename", NULL, NULL, from);
	row("rename", NULL, NULL, to);
}

static void
written(const char *name)
{
	long fd = did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_APPEND), "open", "O_WRONLY|O_APPEND", NULL, name);

	must(write((int)fd, " touched", 8));
	must(close((int)fd));
}

static void
created(const char *name)
{
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL, 0644), "create",
			    "O_WRONLY|O_CREAT|O_EXCL", NULL, name)));
}

static void
removed(const char *name)
{
	did(syscall(SYS_unlinkat, AT_FDCWD, name, 0), "unlink", NULL, NULL, name);
}

static void
story(void)
{
	/* Touched before, between and after; a part goes out, another goes deeper, and one comes back. */
	written("forest/branch-0/leaf-0");
	removed("forest/branch-0/leaf-2");
	created("forest/branch-0/new-before");
	moved("forest", "wood");
	written("wood/branch-1/twig/leaf-1");
	moved("wood/branch-2", "branch-out");
	moved("wood/branch-3", "wood/branch-4/twig/deeper");
	created("wood/branch-4/twig/deeper/twig/new-between");
	moved("wood", "jungle");
	removed("jungle/branch-4/twig/deeper/leaf-0");
	written("jungle/branch-5/leaf-4");
	moved("branch-out", "jungle/branch-back");
	moved("jungle/branch-back", "jungle/branch-2");
	moved("jungle/branch-4/twig/deeper", "shallow");

	/* There and back: what was not touched is as it was. */
	moved("round", "away");
	moved("away/branch-0", "aside");
	written("aside/leaf-0");
	removed("aside/twig/leaf-1");
	created("away/branch-1/new");
	moved("away", "further");
	moved("aside", "further/branch-0");
	moved("further", "round");

	/* Two directories change places by an empty name, then one goes onto an empty directory. */
	moved("swap-1", "swap-t");
	moved("swap-2", "swap-1");
	moved("swap-t", "swap-2");
	moved("swap-1", "empty");
}
