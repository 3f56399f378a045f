/* What the machine must have for anything to be traced. */
#include "config.h"

#include "cmd/session/needs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

int
needs_check(struct err *e)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC };
	int fd;

	if (access("/proc/self/fd", F_OK) < 0)
		return err_set(e, ERR_SYSTEM, "%s", "/proc is not mounted here; without it nothing can be known of what a "
			       "command does");
	fd = (int)syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof(how));
	if (fd >= 0)
		return close(fd);
	if (errno == ENOSYS || errno == EPERM)
		return err_set(e, ERR_SYSTEM, "%s", "openat2(2) is not to be had here: the kernel is older than Linux 5.6, or a "
			       "container's seccomp profile forbids it");
	return err_system(e, "cannot open /");
}
