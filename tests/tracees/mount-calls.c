/* mount, umount2 and the calls of the newer mount interface: each has its row, done and refused. */
#include "tracee.h"
#include "own-mounts.h"

/* The same numbers for all; the structures of newer headers. */
enum { OPEN_TREE = 428, MOVE_MOUNT = 429, MOUNT_SETATTR = 442, OPEN_TREE_ATTR = 467 };
enum { CLONE_TREE = 1, FROM_EMPTY_PATH = 4 };

struct attr {
	uint64_t set, clear, propagation, userns_fd;
};

static const struct attr read_only = { 1, 0, 0, 0 };

static void
setup(void)
{
	static const char *const dirs[] = { "bound", "moved", "made", "tmp" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		must(mkdir(dirs[i], 0755));
	must(mkdir("source", 0755));
	put_file("source/file", "old");
	if (geteuid() != 0)
		skip("a mount needs root");
}

static void
with_attributes(void)
{
	long tree = syscall(OPEN_TREE_ATTR, AT_FDCWD, "source", CLONE_TREE, &read_only, sizeof(read_only));

	if (!had(tree, "mount", "OPEN_TREE_CLONE", "source"))
		return;
	ended(syscall(SYS_openat, tree, "file", O_WRONLY), "EROFS", "on a tree that was opened read-only");
}

static void
story(void)
{
	long tree;
	long rc;

	own_mounts();
	did(mount("source", "bound", NULL, MS_BIND, NULL), "mount", "MS_BIND", NULL, "bound");
	did(mount("tmpfs", "tmp", "tmpfs", MS_NOSUID | MS_NODEV, NULL), "mount", "MS_NOSUID|MS_NODEV", NULL, "tmp");
	did(mount("none", "absent", "tmpfs", 0, NULL), "mount", NULL, "ENOENT", "absent");
	rc = syscall(MOUNT_SETATTR, AT_FDCWD, "tmp", 0, &read_only, sizeof(read_only));
	if (rc < 0 && errno == ENOSYS)
		skip("no mount_setattr here");
	did(rc, "mount", NULL, NULL, "tmp");
	did(umount2("tmp", MNT_DETACH), "mount", "MNT_DETACH", NULL, "tmp");

	tree = must(syscall(OPEN_TREE, AT_FDCWD, "source", CLONE_TREE));
	did(syscall(MOVE_MOUNT, tree, "", AT_FDCWD, "moved", FROM_EMPTY_PATH), "mount", "MOVE_MOUNT_F_EMPTY_PATH",
	    NULL, "moved");
	/* The mount is one of source: so are the files in it. */
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, "moved/new", O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, "source/new")));
	with_attributes();
}
