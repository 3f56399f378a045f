/* The child that becomes COMMAND. */
#include "config.h"

#include "trace/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "trace/credentials.h"
#include "trace/filter.h"
#include "trace/landlock.h"

static void __attribute__((noreturn))
fail_stage(const struct spawn *s, enum spawn_stage stage, int error)
{
	struct spawn_failure failure = { stage, error };

	(void)!io_write_full(s->fail_fd, &failure, sizeof(failure));
	_exit(127);
}

/* Without its tracer a call that the filter sends to it does not exist (seccomp(2), SECCOMP_RET_TRACE). */
static int
prove_filter(void)
{
	return syscall(SYS_openat, -1, "", O_WRONLY | O_CLOEXEC) < 0 && errno != ENOSYS ? 0 : -1;
}

void
spawn_child(const struct spawn *s)
{
	struct filter *filter = NULL;
	struct err e = { 0 };
	int no_new_privs;
	char go;

	prctl(PR_SET_PTRACER, (unsigned long)s->tracer, 0, 0, 0);	/* EINVAL without Yama */
	if (io_write_full(s->fail_fd, "", 1) < 0)
		_exit(127);
	if (s->filtered)
		filter = filter_new(&s->filter, &e);
	if (io_read_full(s->go_fd, &go, 1) != 1)
		fail_stage(s, SPAWN_HELD, 0);
	if (s->filtered && !filter)
		fail_stage(s, SPAWN_FILTER, e.sys);
	if (filter && filter_load(filter, &no_new_privs) < 0)
		fail_stage(s, SPAWN_FILTER, errno);
	if (prove_filter() < 0)
		fail_stage(s, SPAWN_UNPROVEN, errno);
	if (s->allowed && landlock_confine(s->allowed) < 0)
		fail_stage(s, SPAWN_CONFINED, errno);
	if (s->user && credentials_take(s->user) < 0)
		fail_stage(s, SPAWN_USER, errno);
	sigaction(SIGCHLD, s->child_action, NULL);
	sigprocmask(SIG_SETMASK, s->signal_mask, NULL);
	execvp(s->argv[0], s->argv);
	fail_stage(s, SPAWN_EXEC, errno);
}
