/* A pager between a command and a person's terminal. */
#include "config.h"

#include "cmd/ui/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/program.h"

/* The handler's, which is given nothing else; 0: there is no pager. */
static volatile sig_atomic_t pager_pid;

/* What they were before: what is written after the pager has ended is for the terminal. */
static int terminal_fds[] = { -1, -1 };

static const int signals_that_end[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };

/* A shell that gets the terminal back while the pager reads from it would take the keys away. */
static void
on_ended(int number)
{
	close(STDOUT_FILENO);
	if (terminal_fds[1] >= 0)
		close(STDERR_FILENO);
	while (waitpid((pid_t)pager_pid, NULL, 0) < 0 && errno == EINTR)
		;
	raise(number);	/* SA_RESETHAND: it ends us on return */
}

static void
catch_ends(void)
{
	const struct sigaction sa = { .sa_handler = on_ended, .sa_flags = SA_RESETHAND };
	struct sigaction old;

	for (size_t i = 0; i < ARRAY_SIZE(signals_that_end); i++) {
		if (sigaction(signals_that_end[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals_that_end[i], &sa, NULL);
	}
}

static void
catch_no_ends(void)
{
	struct sigaction old;

	for (size_t i = 0; i < ARRAY_SIZE(signals_that_end); i++) {
		if (sigaction(signals_that_end[i], NULL, &old) == 0 && old.sa_handler == on_ended)
			signal(signals_that_end[i], SIG_DFL);
	}
}

/* Whether the command's first word, if it is a plain one, is a program: a shell would find that out too late. */
static bool
pager_is_there(const char *command)
{
	size_t len = strcspn(command, " \t|&;<>()$`\\\"'*?[#~=%");
	char *word, *found;

	if (command[len] && !strchr(" \t", command[len]))
		return true;
	word = xstrndup(command, len);
	found = program_find(word);
	free(word);
	free(found);
	return found != NULL;
}

/* A terminal that a program holds, as script(1) and expect do without a person, has no size; there nobody turns pages. */
static bool
has_rows(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
}

/* NULL: none. */
static const char *
pager_command(void)
{
	const char *pager = getenv("PAGER"), *term = getenv("TERM");

	if (!term || !*term || strcmp(term, "dumb") == 0)
		return NULL;
	if (!pager)
		pager = has_rows() ? "less -FRX" : "";
	if (!*pager || strcmp(pager, "cat") == 0 || !pager_is_there(pager))
		return NULL;
	return pager;
}

static pid_t
spawn_pager(const char *command, int from)
{
	static char shell[] = "sh", option[] = "-c";
	char *copy = xstrdup(command);
	char *argv[] = { shell, option, copy, NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int rc;

	/* as git(1) does: colours pass, and a page is no more than what does not fit the screen */
	setenv("LESS", "FRX", 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO);
	rc = posix_spawnp(&pid, shell, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	free(copy);
	return rc == 0 ? pid : -1;
}

void
pager_begin(const struct output *out)
{
	const char *command = out->f == stdout && out->terminal ? pager_command() : NULL;
	int ends[2];
	pid_t pid;

	if (!command || pipe2(ends, O_CLOEXEC) < 0)
		return;
	signal(SIGCHLD, SIG_DFL);	/* inherited otherwise, it would leave nothing to wait for */
	pid = spawn_pager(command, ends[0]);
	if (pid > 0) {
		fflush(stdout);
		terminal_fds[0] = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
		dup2(ends[1], STDOUT_FILENO);
		if (isatty(STDERR_FILENO)) {
			terminal_fds[1] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
			dup2(ends[1], STDERR_FILENO);
		}
		pager_pid = (sig_atomic_t)pid;
		catch_ends();
	}
	io_close(&ends[0]);
	io_close(&ends[1]);
}

void
pager_end(void)
{
	if (pager_pid == 0)
		return;
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		if (terminal_fds[i] >= 0)
			dup2(terminal_fds[i], STDOUT_FILENO + i);
		io_close(&terminal_fds[i]);
	}
	while (waitpid((pid_t)pager_pid, NULL, 0) < 0 && errno == EINTR)
		;
	pager_pid = 0;
	catch_no_ends();
}
