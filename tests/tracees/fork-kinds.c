/* Children by fork, vfork, clone, clone3, and with CLONE_UNTRACED, which would hide them: each writes a file. */
#include "tracee.h"
#include <sched.h>
#include <signal.h>
#include <spawn.h>

static void
setup(void)
{
}

static void
write_file(const char *name)
{
	int fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT, 0644);

	if (fd < 0 || write(fd, name, strlen(name)) < 0)
		_exit(99);
	close(fd);
}

static void
expect_file(pid_t pid, const char *name)
{
	must(pid);
	reap(pid);
	row("create", "O_WRONLY|O_CREAT", NULL, name);
}

static int
child_main(void *name)
{
	write_file(name);
	return 0;
}

static pid_t
cloned(unsigned long flags, const char *name)
{
	static char stack[64 * 1024] __attribute__((aligned(16)));

	return clone(child_main, stack + sizeof(stack), (int)flags, (void *)(uintptr_t)name);
}

static pid_t
cloned3(uint64_t flags, const char *name)
{
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
	} args = { .flags = flags, .exit_signal = SIGCHLD };
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0) {
		write_file(name);
		_exit(0);
	}
	return (pid_t)pid;
}

static void
story(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(child_main((void *)(uintptr_t)"forked"));
	expect_file(pid, "forked");

	/* The parent waits in the kernel until the child has ended. */
	pid = vfork();
	if (pid == 0) {
		write_file("vforked");
		_exit(0);
	}
	expect_file(pid, "vforked");

	expect_file(cloned(SIGCHLD, "cloned"), "cloned");
	expect_file(cloned(SIGCHLD | CLONE_VM | CLONE_VFORK, "spawned"), "spawned");
	expect_file(cloned(SIGCHLD | CLONE_FS | CLONE_FILES, "sharing"), "sharing");
	/* Without a signal at its end. */
	expect_file(cloned(0, "silent"), "silent");
	expect_file(cloned(SIGCHLD | CLONE_UNTRACED, "untraced"), "untraced");
	/* clone3 may be refused with ENOSYS where its flags cannot be looked at; it is not here. */
	expect_file(cloned3(0, "cloned3"), "cloned3");
	expect_file(cloned3(CLONE_UNTRACED, "untraced3"), "untraced3");

	/* A grandchild whose parent has gone. */
	int p[2];
	char c;

	must(pipe(p));
	pid = fork();
	if (pid == 0) {
		if (fork() == 0) {
			setsid();
			write_file("orphan");
			_exit(write(p[1], "x", 1) == 1 ? 0 : 99);
		}
		_exit(0);
	}
	reap(pid);
	must(read(p[0], &c, 1));
	row("create", "O_WRONLY|O_CREAT", NULL, "orphan");
}
