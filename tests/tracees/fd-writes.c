/* Changes through a descriptor, by all the calls that write without a path: the open stands for them. */
#include "tracee.h"
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

static const char *const names[] = { "write", "pwrite", "writev", "ftruncate", "fallocate", "mapped", "sendfile",
				     "copy_range", "dup", "unwritten", "same" };

static void
setup(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(names[i], "old content\n");
	put_file("source", "from the source\n");
}

static int
opened(const char *name)
{
	return (int)did(syscall(SYS_openat, AT_FDCWD, name, O_RDWR), "open", "O_RDWR", NULL, name);
}

static void
story(void)
{
	struct iovec iov = { (char *)(uintptr_t)"vector", 6 };
	int source = (int)must(open("source", O_RDONLY));
	char *map;
	int fd;

	must(write(opened("write"), "new", 3));
	must(pwrite(opened("pwrite"), "new", 3, 4));
	must(writev(opened("writev"), &iov, 1));
	must(ftruncate(opened("ftruncate"), 3));
	fd = opened("fallocate");
	if (fallocate(fd, 0, 0, 100) < 0 && errno != EOPNOTSUPP)
		exit(99);

	/* Written through the mapping after the descriptor is closed, and never synchronized. */
	fd = opened("mapped");
	map = mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		exit(99);
	must(close(fd));
	memcpy(map, "NEW", 3);

	must(sendfile(opened("sendfile"), source, NULL, 5));
	must(lseek(source, 0, SEEK_SET));
	if (copy_file_range(source, NULL, opened("copy_range"), NULL, 5, 0) < 0 && errno != EXDEV && errno != ENOSYS)
		exit(99);
	must(write(dup(opened("dup")), "new", 3));

	/* Opened and left alone: `unchanged`.  Written with the same bytes: `attributes`, the time alone. */
	opened("unwritten");
	must(write(opened("same"), "old content\n", 12));
}
