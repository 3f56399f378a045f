/*
 * outside STEPS CMD ARG...: run CMD, and do STEPS for it, as somebody who is not its child, when it writes a line to
 * descriptor 8; one comes back on 9 when they are done.  STEPS are lines of words:
 *
 *     mv FROM TO      ln TEXT NAME      rmdir NAME      bind FROM ON      tmpfs ON      umount NAME      sh COMMAND
 *
 * Ends as CMD did; with 99 where a step failed, with a word.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_BROKEN = 99, ASK_FD = 8, ANSWER_FD = 9 };

static void __attribute__((noreturn))
broken(const char *what)
{
	fprintf(stderr, "outside: %s: %s\n", what, strerror(errno));
	exit(STATUS_BROKEN);
}

/* A few milliseconds count: what can be done by a call is. */
static int
do_step(const char *verb, const char *a, const char *b)
{
	if (strcmp(verb, "mv") == 0)
		return rename(a, b);
	if (strcmp(verb, "ln") == 0)
		return symlink(a, b);
	if (strcmp(verb, "rmdir") == 0)
		return rmdir(a);
	if (strcmp(verb, "bind") == 0)
		return mount(a, b, NULL, MS_BIND, NULL);
	if (strcmp(verb, "tmpfs") == 0)
		return mount("none", a, "tmpfs", 0, NULL);
	if (strcmp(verb, "umount") == 0)
		return umount2(a, 0);
	errno = EINVAL;
	return -1;
}

static void
do_line(char *line)
{
	char *text = strdup(line), *a, *b, *verb;
	int rc;

	verb = strsep(&line, " ");
	a = line;
	if (strcmp(verb, "sh") == 0) {
		rc = a ? system(a) : -1;
	} else {
		a = strsep(&line, " ");
		b = line;
		rc = a ? do_step(verb, a, b) : -1;
	}
	if (rc != 0)
		broken(text);
	free(text);
}

static void
do_steps(char *steps)
{
	char *line;

	while ((line = strsep(&steps, "\n"))) {
		line += strspn(line, "\t ");
		if (*line)
			do_line(line);
	}
}

int
main(int argc, char **argv)
{
	int ask[2], answer[2], status;
	char byte;
	pid_t pid;

	if (argc < 3)
		return STATUS_BROKEN;
	if (pipe2(ask, O_CLOEXEC) < 0 || pipe2(answer, O_CLOEXEC) < 0)
		broken("pipe");
	pid = fork();
	if (pid < 0)
		broken("fork");
	if (pid == 0) {
		if (dup3(ask[1], ASK_FD, 0) < 0 || dup3(answer[0], ANSWER_FD, 0) < 0)
			_exit(STATUS_BROKEN);
		execvp(argv[2], argv + 2);
		_exit(STATUS_BROKEN);
	}
	close(ask[1]);
	close(answer[0]);
	if (read(ask[0], &byte, 1) == 1) {
		do_steps(argv[1]);
		if (write(answer[1], "\n", 1) != 1)
			broken("write");
	}
	if (waitpid(pid, &status, 0) < 0)
		broken("wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
