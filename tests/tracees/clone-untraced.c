/*
 * CLONE_UNTRACED would hide a child from its parent's tracer.  The child is seen all the same, and the flags stand in
 * memory afterwards as the program wrote them, in the parent and in the child; also in memory that it may not write.
 */
#include "tracee.h"
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>

struct args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

static struct args on_data = { .flags = CLONE_UNTRACED, .exit_signal = SIGCHLD };
static const struct args constant = { .flags = CLONE_UNTRACED, .exit_signal = SIGCHLD };

static void
setup(void)
{
}

static int
write_file(void *name)
{
	int fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT, 0644);

	return fd >= 0 && write(fd, name, strlen(name)) > 0 ? 0 : 98;
}

static void
expect(pid_t pid, const char *name)
{
	reap(pid);
	row("create", "O_WRONLY|O_CREAT", NULL, name);
}

static pid_t
by_clone3_quietly(const volatile struct args *a, const char *name)
{
	const uint64_t before = a->flags;
	long pid = syscall(SYS_clone3, a, sizeof(*a));
	bool same = a->flags == before;

	if (pid < 0 && errno == ENOSYS)
		skip("no clone3 here");
	if (pid == 0)
		_exit(same ? write_file((void *)(uintptr_t)name) : 97);
	must(pid);
	if (!same)
		exit(98);
	return (pid_t)pid;
}

static void
by_clone3(const volatile struct args *a, const char *name)
{
	expect(by_clone3_quietly(a, name), name);
}

static void
story(void)
{
	static char stack[64 * 1024] __attribute__((aligned(16)));
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct args *mapped = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct args on_stack = on_data;
	struct args refused = { .flags = CLONE_UNTRACED | CLONE_THREAD, .exit_signal = SIGCHLD };
	struct args *shared;
	pid_t pid;

	by_clone3(&on_data, "data");
	by_clone3(&on_stack, "stack");
	by_clone3(&constant, "constant");

	/* At the end of a page that may only be read, nothing behind it. */
	if (mapped == MAP_FAILED)
		exit(99);
	must(munmap((char *)mapped + page, page));
	mapped = (struct args *)((char *)mapped + page) - 1;
	*mapped = on_data;
	must(mprotect((char *)mapped + sizeof(*mapped) - page, page, PROT_READ));
	by_clone3(mapped, "end-of-page");

	/* Memory that parent and child share, and a child that shares all of it. */
	shared = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		exit(99);
	*shared = on_data;
	by_clone3(shared, "shared");

	/* Refused: the flags are there again, too. */
	ended(syscall(SYS_clone3, &refused, sizeof(refused)), "EINVAL", "clone3");
	if (refused.flags != (CLONE_UNTRACED | CLONE_THREAD))
		exit(99);

	/* Child and parent are seen first in either order. */
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, "again", O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, "again")));
	for (int i = 0; i < 200; i++) {
		pid = by_clone3_quietly(&on_stack, "again");
		reap(pid);
	}
	row("open", "O_WRONLY|O_CREAT", NULL, "again");

	pid = clone(write_file, stack + sizeof(stack), CLONE_UNTRACED | SIGCHLD, (void *)(uintptr_t)"cloned");
	must(pid);
	expect(pid, "cloned");
	pid = clone(write_file, stack + sizeof(stack), CLONE_UNTRACED | CLONE_VM | CLONE_VFORK | SIGCHLD,
		    (void *)(uintptr_t)"vforked");
	must(pid);
	expect(pid, "vforked");
}
