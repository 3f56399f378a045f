/* The 32-bit gate in a 64-bit program, and a call of the x32 kind, which is refused. */
#include "tracee.h"
#include <sys/mman.h>

static void
setup(void)
{
#ifndef __x86_64__
	skip("int 0x80 is of x86-64");
#endif
}

#ifdef __x86_64__
static long
int80(long number, long a, long b, long c, long d)
{
	long rc;

	__asm__ volatile("int $0x80" : "=a"(rc) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory", "r8", "r9", "r10", "r11");
	if (rc < 0 && rc > -4096) {
		errno = (int)-rc;
		return -1;
	}
	return rc;
}
#endif

static void
story(void)
{
#ifdef __x86_64__
	enum { X32 = 0x40000000, I386_OPEN = 5, I386_UNLINK = 10, I386_MKDIR = 39, I386_OPENAT = 295 };
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long fd;

	if (low == MAP_FAILED)
		skip("no memory below 4 GiB");
	strcpy(low, "file");
	fd = int80(I386_OPEN, (long)low, O_WRONLY | O_CREAT, 0644, 0);
	if (fd < 0 && errno == ENOSYS)
		skip("this kernel has no 32-bit calls");
	did(fd, "create", "O_WRONLY|O_CREAT", NULL, "file");
	must(write((int)fd, "x", 1));
	strcpy(low, "dir");
	did(int80(I386_MKDIR, (long)low, 0755, 0, 0), "mkdir", NULL, NULL, "dir");
	strcpy(low, "dir/at");
	did(int80(I386_OPENAT, AT_FDCWD, (long)low, O_RDWR | O_CREAT, 0644), "create", "O_RDWR|O_CREAT", NULL,
	    "dir/at");
	did(int80(I386_UNLINK, (long)low, 0, 0, 0), "unlink", NULL, NULL, "dir/at");

	/* Refused under trace; natively too, save where the kernel knows x32. */
	ended(syscall(X32 | SYS_openat, AT_FDCWD, "x32", O_WRONLY | O_CREAT, 0644), "ENOSYS", "x32");
	/* What libraries ask to see whether a number is known. */
	ended(syscall(-1), "ENOSYS", "-1");
	ended(syscall(100000), "ENOSYS", "100000");
#endif
}
