/*
 * Descriptors of what has no name (any more): whatever is done to them changes no path, and is no blind spot.
 * How `writes` calls such a file is its own affair, so nothing is printed.
 */
#include "tracee.h"
#include <sys/mman.h>
#include <sys/socket.h>

static void
setup(void)
{
	put_file("unlinked", "old");
	put_file("replaced", "old");
	put_file("new", "new");
	put_file("stays (deleted)", "old");
	put_file("renamed", "old");
	must(mkdir("gone", 0755));
}

static void
done_to(int fd)
{
	const struct timespec now[2] = { { 1, 1 }, { 1, 1 } };

	must(fchmod(fd, 0600));
	must(fchown(fd, geteuid(), (gid_t)-1));
	must(futimens(fd, now));
}

static void
story(void)
{
	int fd = (int)must(open("unlinked", O_RDWR));
	int pair[2];

	must(unlink("unlinked"));
	done_to(fd);
	must(ftruncate(fd, 0));
	must(write(fd, "nobody reads this", 17));

	/* Another file has the name by now: that one is not touched. */
	fd = (int)must(open("replaced", O_RDWR));
	must(rename("new", "replaced"));
	done_to(fd);
	must(ftruncate(fd, 0));

	/* The same, and the name is made anew. */
	fd = (int)must(open("renamed", O_RDONLY));
	must(unlink("renamed"));
	put_file("renamed", "anew");
	done_to(fd);

	/* A name that looks like what the kernel says of a lost one. */
	fd = (int)must(open("stays (deleted)", O_RDWR));
	must(write(fd, "new", 3));
	must(fchmod(fd, 0600));

	/* A directory without a name takes nothing in. */
	fd = (int)must(open("gone", O_RDONLY | O_DIRECTORY));
	must(rmdir("gone"));
	must(fchmod(fd, 0700));
	ended(openat(fd, "file", O_WRONLY | O_CREAT, 0644), "ENOENT", "in a directory that is gone");

	done_to((int)must(memfd_create("memory", 0)));
	must(pipe(pair));
	must(fchmod(pair[0], 0600));
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	must(fchmod(pair[0], 0600));
	fd = open(".", O_RDWR | O_TMPFILE, 0644);
	if (fd >= 0)
		done_to(fd);
}
