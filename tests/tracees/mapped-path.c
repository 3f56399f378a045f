/* mapped-path FILE: make the directory whose path FILE holds, as it lies in a mapping of FILE that nobody has touched. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	const char *path = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ, MAP_PRIVATE, fd, 0);

	if (fd < 0 || path == MAP_FAILED || mkdir(path, 0755) < 0) {
		perror("mapped-path");
		return 99;
	}
	return 0;
}
