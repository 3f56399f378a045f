/*
 * Programs with seccomp filters of their own: what they refuse is refused as without a tracer, changes nothing and has
 * no row; what they let through is recorded.
 */
#include "tracee.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>

static void
setup(void)
{
}

/* This call gets this action, all the others go on. */
static void
filter(long number, unsigned int action)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog prog = { sizeof(program) / sizeof(*program), program };

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0));
}

static void
created(const char *name)
{
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, name)));
}

static volatile sig_atomic_t trapped;

static void
on_sigsys(int number)
{
	trapped = number;
}

static void
refuses(void)
{
	filter(SYS_mkdirat, SECCOMP_RET_ERRNO | EACCES);
	ended(syscall(SYS_mkdirat, AT_FDCWD, "no-errno", 0755), "EACCES", "RET_ERRNO");
	/* Nothing done, and success said. */
	filter(SYS_symlinkat, SECCOMP_RET_ERRNO | 0);
	must(syscall(SYS_symlinkat, "x", AT_FDCWD, "no-success"));
	created("errno");
}

static void
traps(void)
{
	const struct sigaction action = { .sa_handler = on_sigsys };

	must(sigaction(SIGSYS, &action, NULL));
	filter(SYS_mkdirat, SECCOMP_RET_TRAP);
	syscall(SYS_mkdirat, AT_FDCWD, "no-trap", 0755);
	if (trapped != SIGSYS)
		exit(99);
	created("trap");
}

/* Nobody is there for whom it would be meant: the call does not exist, whether our tracer knows it or not. */
static void
traces(void)
{
	filter(SYS_mkdirat, SECCOMP_RET_TRACE | 7);
	ended(syscall(SYS_mkdirat, AT_FDCWD, "no-trace", 0755), "ENOSYS", "RET_TRACE");
	filter(SYS_getpgid, SECCOMP_RET_TRACE);
	ended(syscall(SYS_getpgid, 0), "ENOSYS", "RET_TRACE of a harmless call");
	filter(SYS_unlinkat, SECCOMP_RET_TRACE | SECCOMP_RET_DATA);
	ended(syscall(SYS_unlinkat, AT_FDCWD, "errno", 0), "ENOSYS", "RET_TRACE with all bits");
	created("trace");
}

static void
allows(void)
{
	filter(SYS_openat, SECCOMP_RET_ALLOW);
	filter(SYS_openat, SECCOMP_RET_LOG);
	created("allow");
}

static void
killed_by(unsigned int action, const char *before)
{
	int status = 0;
	pid_t pid = (pid_t)must(fork());

	if (pid == 0) {
		created(before);
		filter(SYS_mkdirat, action);
		syscall(SYS_mkdirat, AT_FDCWD, "no-kill", 0755);
		_exit(99);
	}
	must(waitpid(pid, &status, 0));
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
		exit(99);
}

static void
in_child(void (*part)(void))
{
	pid_t pid = (pid_t)must(fork());

	if (pid == 0) {
		part();
		_exit(0);
	}
	reap(pid);
}

static void
story(void)
{
	in_child(refuses);
	in_child(traps);
	in_child(traces);
	in_child(allows);
	killed_by(SECCOMP_RET_KILL_THREAD, "kill-thread");
	killed_by(SECCOMP_RET_KILL_PROCESS, "kill-process");
}
