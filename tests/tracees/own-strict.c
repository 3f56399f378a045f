/* seccomp's strict mode is refused with EINVAL to a process under a filter. */
#include "tracee.h"
#include <linux/seccomp.h>
#include <sys/prctl.h>

static void
setup(void)
{
}

static void
story(void)
{
	ended(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0), "EINVAL", "prctl");
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, "file", O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, "file")));
}
