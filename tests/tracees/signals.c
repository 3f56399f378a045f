/*
 * Processes that are killed in the middle, stop and continue themselves, trap, and get signals while they work:
 * what they did until then is in the record, and they notice no tracer.
 */
#include "tracee.h"
#include <signal.h>

static volatile sig_atomic_t caught;

static void
on_signal(int number)
{
	caught = number;
}

static void
setup(void)
{
}

static void
created(const char *name)
{
	long fd = did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT",
		      NULL, name);

	must(write((int)fd, name, strlen(name)));
	must(close((int)fd));
}

static void
dies_of(int number, const char *name)
{
	int status = 0;
	pid_t pid = (pid_t)must(fork());

	if (pid == 0) {
		signal(number, SIG_DFL);
		created(name);
		kill(getpid(), number);
		_exit(99);
	}
	must(waitpid(pid, &status, 0));
	if (!WIFSIGNALED(status) || WTERMSIG(status) != number)
		exit(99);
}

static void
stops_itself(void)
{
	int status = 0;
	pid_t pid = (pid_t)must(fork());

	if (pid == 0) {
		created("before-stop");
		kill(getpid(), SIGSTOP);
		created("after-stop");
		_exit(7);
	}
	must(waitpid(pid, &status, WUNTRACED));
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP)
		exit(99);
	must(kill(pid, SIGCONT));
	must(waitpid(pid, &status, WCONTINUED));
	if (WIFCONTINUED(status))
		must(waitpid(pid, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 7)
		exit(99);
}

/* One process fills a file while another bombards it with signals that it catches. */
static void
bombarded(void)
{
	const struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	pid_t pid;

	must(sigaction(SIGUSR1, &action, NULL));
	pid = (pid_t)must(fork());
	if (pid == 0) {
		for (int i = 0; i < 300; i++)
			kill(getppid(), SIGUSR1);
		_exit(0);
	}
	for (int i = 0; i < 50; i++) {
		char name[32];

		snprintf(name, sizeof(name), "under-fire-%d", i);
		created(name);
	}
	reap(pid);
	if (caught != SIGUSR1)
		exit(99);
}

static void
story(void)
{
	const struct sigaction action = { .sa_handler = on_signal };

	dies_of(SIGKILL, "killed");
	dies_of(SIGTERM, "terminated");
	dies_of(SIGUSR2, "user-signal");
	stops_itself();
	bombarded();

	/* The tracer's own kind of signal, raised by the program itself. */
	must(sigaction(SIGTRAP, &action, NULL));
	must(raise(SIGTRAP));
	if (caught != SIGTRAP)
		exit(99);
	created("after-trap");
}
