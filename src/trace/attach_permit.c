/* Why a process that runs already can or cannot be traced (ptrace(2), "Ptrace access mode checking"). */
#include "config.h"

#include "trace/attach_permit.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/quote.h"
#include "trace/path/proc.h"

static const char yama_file[] = "/proc/sys/kernel/yama/ptrace_scope";

/* What Yama's levels forbid (Documentation/admin-guide/LSM/Yama.rst). */
static const char *const yama_levels[] = {
	NULL,
	"a process may trace its own descendants only; root may trace it, or anybody once the value is 0",
	"only root (CAP_SYS_PTRACE) may trace",
	"nobody may trace a running process until the machine is started anew",
};

/* -1 where there is no Yama. */
static int
yama_level(void)
{
	struct buf text = BUF_INIT;
	int level = -1;

	if (io_read_file(yama_file, &text, 64) == 0 && text.len > 0)
		level = atoi(text.data);
	buf_release(&text);
	return level;
}

/* "process 12 (sleep)" */
static void
add_process(struct buf *out, pid_t pid)
{
	char *program = proc_program(pid, PROC_RUNNING);

	buf_addf(out, "process %d (", (int)pid);
	quote_message(out, program, strlen(program));
	buf_addch(out, ')');
	free(program);
}

static void
add_user(struct buf *out, long uid)
{
	const struct passwd *pw = uid >= 0 ? getpwuid((uid_t)uid) : NULL;

	if (pw)
		buf_addstr(out, pw->pw_name);
	else
		buf_addf(out, "%ld", uid);
}

static int
refuse_with(struct buf *text, struct err *e)
{
	err_set(e, ERR_SYSTEM, "%s", text->data);
	buf_release(text);
	return -1;
}

int
attach_permit_check(pid_t pid, struct err *e)
{
	struct proc_stat stat;
	struct buf text = BUF_INIT;

	if (!proc_stat(pid, &stat))
		return err_set(e, ERR_NOT_FOUND, "there is no process %d", (int)pid);
	if (pid == getpid() || pid == getppid())
		return err_set(e, ERR_USAGE, "process %d is this writetrace itself", (int)pid);
	if (!stat.kernel_thread)
		return 0;
	add_process(&text, pid);
	buf_addstr(&text, " is a thread of the kernel, which cannot be traced");
	return refuse_with(&text, e);
}

/* EPERM: which of the kernel's checks it was; a security module's refusal is EACCES. */
static void
add_denial(struct buf *out, pid_t pid)
{
	long owner = proc_user(pid);
	int level = yama_level();

	if (level >= 1 && level < 4 && (level == 3 || geteuid() != 0) && (owner == (long)geteuid() || geteuid() == 0)) {
		buf_addf(out, ": %s is %d: %s", yama_file, level, yama_levels[level]);
	} else if (geteuid() == 0) {
		buf_addstr(out, ": this root has not the right to (CAP_SYS_PTRACE; a container?), or a security module "
				"forbids it");
	} else if (owner != (long)geteuid()) {
		buf_addstr(out, ", which runs as user ");
		add_user(out, owner);
		buf_addstr(out, ": root may, or a program with CAP_SYS_PTRACE");
	} else {
		buf_addstr(out, ": it has or had other rights than yours (a set-id program, capabilities), or does not let "
				"itself be looked into (PR_SET_DUMPABLE); root may");
	}
}

int
attach_permit_explain(pid_t pid, int why, struct err *e)
{
	struct proc_stat stat;
	struct buf text = BUF_INIT;
	pid_t tracer;

	if (why == ESRCH && !proc_stat(pid, &stat))
		return err_set(e, ERR_NOT_FOUND, "there is no process %d", (int)pid);
	tracer = proc_tracer(pid);
	if (tracer > 0) {
		add_process(&text, pid);
		buf_addstr(&text, " is traced already, by ");
		add_process(&text, tracer);
		buf_addstr(&text, ": a process can have one tracer only");
	} else if (proc_stat(pid, &stat) && proc_is_dead(&stat)) {
		add_process(&text, pid);
		buf_addf(&text, " has ended; its parent, process %d, has not asked how", (int)stat.parent);
	} else if (why == EPERM || why == EACCES) {
		buf_addstr(&text, "not permitted to trace ");
		add_process(&text, pid);
		if (why == EACCES)
			buf_addstr(&text, ": a security module (AppArmor, SELinux) forbids it");
		else
			add_denial(&text, pid);
	} else {
		buf_addstr(&text, "cannot trace ");
		add_process(&text, pid);
		buf_addf(&text, ": %s", strerror(why));
	}
	return refuse_with(&text, e);
}

/* Yama, a seccomp profile and missing rights are EPERM; AppArmor and SELinux give EACCES (security/apparmor/ipc.c). */
int
attach_permit_blame_module(struct err *e)
{
	struct buf text = BUF_INIT, label = BUF_INIT;

	buf_addstr(&text, "cannot trace the command: a security module (AppArmor, SELinux) forbids ptrace here");
	if (io_read_file("/proc/self/attr/current", &label, 4096) == 0 && label.len > 0) {
		buf_addstr(&text, "; what runs here is confined as ");
		quote_message(&text, label.data, strcspn(label.data, "\n"));
	}
	buf_release(&label);
	return refuse_with(&text, e);
}
