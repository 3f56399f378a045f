/* Numbers above all that are known: a call that the kernel does not have is nothing to report. */
#include "tracee.h"

static void
setup(void)
{
}

static void
story(void)
{
	static const long numbers[] = { 490, 511, 512, 1000, 4095, 65536, 0x3fffffff, 0x7fffffff, -1, -2 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (syscall(numbers[i], -1L, -1L, -1L, -1L, -1L, -1L) != -1 || errno != ENOSYS) {
			fprintf(stderr, "number %ld: %s\n", numbers[i], strerror(errno));
			exit(errno == EPERM ? 77 : 99);
		}
	}
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, "file", O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, "file")));
}
