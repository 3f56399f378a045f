/* Libraries ask whether the kernel has seccomp(2) by calls that fail for everybody: nobody wants strict mode there. */
#include "tracee.h"
#include <linux/seccomp.h>

static void
setup(void)
{
}

static void
story(void)
{
	ended(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL), "EINVAL", "with flags");
	ended(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, "x"), "EINVAL", "with a filter");
	ended(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, NULL), "EFAULT", "without a filter");
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, "file", O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, "file")));
}
