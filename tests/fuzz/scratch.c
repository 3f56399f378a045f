/* Scratch places for fuzz targets. */
#include "config.h"

#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

static char scratch[64];
static pid_t owner;

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void
remove_scratch(void)
{
	if (getpid() == owner)
		nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
fuzz_scratch(void)
{
	if (scratch[0])
		return scratch;
	strcpy(scratch, access("/dev/shm", W_OK) == 0 ? "/dev/shm/wt-fuzz.XXXXXX" : "/tmp/wt-fuzz.XXXXXX");
	fuzz_check(mkdtemp(scratch));
	owner = getpid();
	atexit(remove_scratch);
	return scratch;
}

void
fuzz_write(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	fuzz_check(fd >= 0);
	fuzz_check(io_write_full(fd, bytes, len) == 0);
	close(fd);
}
