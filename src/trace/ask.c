/* A program that is asked before a connection goes on. */
#include "config.h"

#include "trace/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/processor.h"
#include "base/program.h"
#include "trace/path/proc.h"

/* One that is running. */
struct asking {
	struct asking *next;
	pid_t program;		/* also its process group and session */
	pid_t tid;		/* who waits; 0: nobody any more */
	int64_t deadline_ns;	/* monotonic */
	bool killed;
	char *about;		/* the address, for messages */
};

struct ask {
	char *program;
	int timeout_s;
	char *directory;
	mode_t mask;
	struct rlimit limits[RLIM_NLIMITS];
	sigset_t ignored;
	char run[24];
	struct asking *running;
};

/* Where it is, whatever directory we are in later. */
static char *
find_asked(const char *name, const char *directory, struct err *e)
{
	char *path = program_find(name);
	char *absolute;

	if (!path) {
		err_system(e, "cannot execute %s (--before-connect)", name);
		return NULL;
	}
	if (path[0] == '/')
		return path;
	absolute = xasprintf("%s/%s", directory, path + (strncmp(path, "./", 2) == 0 ? 2 : 0));
	free(path);
	return absolute;
}

static void
remember_caller(struct ask *b)
{
	struct sigaction now;

	b->mask = umask(0);
	umask(b->mask);
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		if (getrlimit(i, &b->limits[i]) < 0)
			b->limits[i] = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	}
	sigemptyset(&b->ignored);
	for (int i = 1; i < NSIG; i++) {
		/* the front has taken SIGCHLD for itself */
		if (i != SIGCHLD && sigaction(i, NULL, &now) == 0 && now.sa_handler == SIG_IGN)
			sigaddset(&b->ignored, i);
	}
}

struct ask *
ask_new(const char *program, int timeout_s, struct err *e)
{
	struct ask *b = xcalloc(1, sizeof(*b));

	b->directory = getcwd(NULL, 0);
	if (!b->directory)
		b->directory = xstrdup("/");
	b->timeout_s = timeout_s;
	b->program = find_asked(program, b->directory, e);
	if (!b->program) {
		ask_free(b);
		return NULL;
	}
	remember_caller(b);
	return b;
}

static void
free_asking(struct asking *a)
{
	free(a->about);
	free(a);
}

void
ask_free(struct ask *b)
{
	if (!b)
		return;
	while (b->running) {
		struct asking *a = b->running;

		b->running = a->next;
		kill(-a->program, SIGTERM);
		free_asking(a);
	}
	free(b->program);
	free(b->directory);
	free(b);
}

void
ask_set_run(struct ask *b, int64_t run_id)
{
	snprintf(b->run, sizeof(b->run), "%lld", (long long)run_id);
}

/* The signals of a tracer are not its own. */
static void
restore_signals(const struct ask *b)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++) {
		struct sigaction as = { .sa_handler = sigismember(&b->ignored, i) == 1 ? SIG_IGN : SIG_DFL };

		(void)sigaction(i, &as, NULL);	/* EINVAL for SIGKILL, SIGSTOP and those of the library */
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
set_environment(const struct ask *b, pid_t pid, const struct connection *c)
{
	char *program = proc_program(pid, PROC_RUNNING);
	char number[16];

	snprintf(number, sizeof(number), "%d", (int)pid);
	setenv("WRITETRACE_FAMILY", c->family == AF_INET6 ? "AF_INET6" : "AF_INET", 1);
	setenv("WRITETRACE_PID", number, 1);
	setenv("WRITETRACE_PROGRAM", program, 1);
	setenv("WRITETRACE_RUN", b->run, 1);
	free(program);
}

/* In the child: as if the caller had started it, but with its output to standard error. */
static void __attribute__((noreturn))
become_asked(const struct ask *b, pid_t tracer, pid_t pid, const struct connection *c)
{
	char port[16];
	char *argv[] = { b->program, c->address, port, NULL };
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	snprintf(port, sizeof(port), "%d", c->port);
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != tracer)
		_exit(127);
	processor_ordinary(0);
	set_environment(b, pid, c);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	io_close_from(STDERR_FILENO + 1, NULL, 0);
	restore_signals(b);
	umask(b->mask);
	(void)!chdir(b->directory);
	for (int i = 0; i < RLIM_NLIMITS; i++)
		(void)setrlimit(i, &b->limits[i]);
	execv(b->program, argv);
	err_message("cannot execute %s (--before-connect): %s", b->program, strerror(errno));
	_exit(127);
}

int
ask_begin(struct ask *b, pid_t tid, pid_t pid, const struct connection *c)
{
	pid_t tracer = getpid();
	struct asking *a;
	pid_t child = fork();

	if (child < 0)
		return -1;
	if (child == 0)
		become_asked(b, tracer, pid, c);
	a = xcalloc(1, sizeof(*a));
	a->program = child;
	a->tid = tid;
	a->deadline_ns = clock_monotonic_ns() + b->timeout_s * NS_PER_SECOND;
	a->about = xasprintf("%s port %d", c->address, c->port);
	a->next = b->running;
	b->running = a;
	return 0;
}

bool
ask_answered(struct ask *b, pid_t child, int status, pid_t *tid, bool *allowed)
{
	struct asking **at = &b->running;
	struct asking *a;

	while (*at && (*at)->program != child)
		at = &(*at)->next;
	a = *at;
	if (!a)
		return false;
	*at = a->next;
	*tid = a->tid;
	*allowed = !a->killed && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (a->tid && !a->killed && WIFSIGNALED(status))
		err_message("%s was killed by signal %d: the connection to %s is refused", b->program, WTERMSIG(status),
			    a->about);
	free_asking(a);
	return true;
}

void
ask_forget(struct ask *b, pid_t tid)
{
	for (struct asking *a = b->running; a; a = a->next) {
		if (a->tid != tid)
			continue;
		a->tid = 0;
		kill(-a->program, SIGTERM);
	}
}

/* Not only itself, but what it has started in its group. */
static void
end_one(struct asking *a)
{
	a->killed = true;
	/* until its setsid(2) it has no group of its own */
	if (kill(-a->program, SIGKILL) < 0)
		kill(a->program, SIGKILL);
}

bool
ask_tick(struct ask *b)
{
	int64_t now = clock_monotonic_ns();

	for (struct asking *a = b->running; a; a = a->next) {
		if (a->killed || now < a->deadline_ns)
			continue;
		if (a->tid)
			err_message("%s has not ended within %d second%s: the connection to %s is refused", b->program,
				    b->timeout_s, b->timeout_s == 1 ? "" : "s", a->about);
		end_one(a);
	}
	return b->running != NULL;
}

void
ask_hurry(struct ask *b)
{
	for (struct asking *a = b->running; a; a = a->next)
		end_one(a);
}
