/* The 32-bit gate in a 64-bit program, and a call of the x32 kind, which is refused. */
#include "tracee.h"
#include <sys/mman.h>
#include <sys/resource.h>

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

/* Asked in a child: a kernel that is built without the gate answers with a signal. */
static bool
has_gate(void)
{
	enum { I386_GETPID = 20 };
	int status = 0;
	pid_t pid = (pid_t)must(fork());

	if (pid == 0) {
		must(setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 }));
		_exit(int80(I386_GETPID, 0, 0, 0, 0) < 0);
	}
	must(waitpid(pid, &status, 0));
	return status == 0;
}

static void
setup(void)
{
	if (!has_gate())
		fprintf(stderr, "skipped in part: this kernel has no 32-bit calls\n");
}

static void
by_the_gate(void)
{
	enum { I386_OPEN = 5, I386_UNLINK = 10, I386_MKDIR = 39, I386_OPENAT = 295 };
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long fd;

	if (low == MAP_FAILED)
		skip("no memory below 4 GiB");
	strcpy(low, "file");
	fd = int80(I386_OPEN, (long)low, O_WRONLY | O_CREAT, 0644, 0);
	did(fd, "create", "O_WRONLY|O_CREAT", NULL, "file");
	must(write((int)fd, "x", 1));
	strcpy(low, "dir");
	did(int80(I386_MKDIR, (long)low, 0755, 0, 0), "mkdir", NULL, NULL, "dir");
	strcpy(low, "dir/at");
	did(int80(I386_OPENAT, AT_FDCWD, (long)low, O_RDWR | O_CREAT, 0644), "create", "O_RDWR|O_CREAT", NULL,
	    "dir/at");
	did(int80(I386_UNLINK, (long)low, 0, 0, 0), "unlink", NULL, NULL, "dir/at");
}

static void
story(void)
{
	enum { X32 = 0x40000000 };

	if (has_gate())
		by_the_gate();

	/* Refused under trace; natively too, save where the kernel knows x32. */
	ended(syscall(X32 | SYS_openat, AT_FDCWD, "x32", O_WRONLY | O_CREAT, 0644), "ENOSYS", "x32");
	/* What libraries ask to see whether a number is known. */
	ended(syscall(-1), "ENOSYS", "-1");
	ended(syscall(100000), "ENOSYS", "100000");
}

#else

static void
setup(void)
{
	skip("int 0x80 is of x86-64");
}

static void
story(void)
{
}

#endif
