/*
 * A person at a terminal: run a command on a pseudo-terminal of its own and talk with it as standard input says,
 * a line each:
 *
 *   send TEXT      type TEXT; \n \r \t \\ and \OOO are understood
 *   expect TEXT    read on until TEXT has appeared; give up after two minutes
 *   eof            read on until the command has closed the terminal
 *
 *   term COMMAND [ARG...]
 *
 * What appeared is copied to standard output.  Ends as the command did, or with 98 where something expected did
 * not appear (said on standard error), or 99.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum {
	PATIENCE_MS = 120000,
	STATUS_NOT_SEEN = 98,
	STATUS_BROKEN = 99,
};

static int master = -1;
static pid_t child;

/* What was read and not yet matched. */
static char *seen;
static size_t seen_len;

static void
end(int status, const char *what)
{
	fprintf(stderr, "term: %s\n", what);
	fflush(stdout);
	kill(child, SIGKILL);
	exit(status);
}

static void
start(char **argv)
{
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) {
		perror("term: posix_openpt");
		exit(STATUS_BROKEN);
	}
	child = fork();
	if (child == 0) {
		struct termios t;
		int fd;

		setsid();
		fd = open(ptsname(master), O_RDWR);	/* becomes the controlling terminal */
		if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0)
			_exit(STATUS_BROKEN);
		/* the kernel forgets what was typed before only after Ctrl-Z has had its effect: it may be newer */
		if (tcgetattr(fd, &t) == 0) {
			t.c_lflag |= NOFLSH;
			tcsetattr(fd, TCSANOW, &t);
		}
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		if (fd > 2)
			close(fd);
		execvp(argv[0], argv);
		_exit(STATUS_BROKEN);
	}
	if (child < 0)
		exit(STATUS_BROKEN);
}

/* False at the end: a pty's master says EIO when nobody holds the other side. */
static bool
read_more(void)
{
	struct pollfd p = { .fd = master, .events = POLLIN };
	char buf[4096];
	ssize_t n;

	if (poll(&p, 1, PATIENCE_MS) <= 0)
		end(STATUS_NOT_SEEN, "nothing more appeared");
	n = read(master, buf, sizeof(buf));
	if (n <= 0)
		return false;
	fwrite(buf, 1, (size_t)n, stdout);
	fflush(stdout);	/* others wait for what appears */
	seen = realloc(seen, seen_len + (size_t)n);
	if (!seen)
		end(STATUS_BROKEN, "out of memory");
	memcpy(seen + seen_len, buf, (size_t)n);
	seen_len += (size_t)n;
	return true;
}

static void
expect(const char *text)
{
	for (;;) {
		char *at = seen_len ? memmem(seen, seen_len, text, strlen(text)) : NULL;

		if (at) {
			size_t used = (size_t)(at - seen) + strlen(text);

			memmove(seen, seen + used, seen_len - used);
			seen_len -= used;
			return;
		}
		if (!read_more()) {
			fprintf(stderr, "term: not seen: %s\n", text);
			end(STATUS_NOT_SEEN, "the terminal was closed");
		}
	}
}

static void
type(const char *s)
{
	while (*s) {
		char c = *s++;

		if (c == '\\') {
			char *rest;

			switch (*s) {
			case 'n':
				c = '\n';
				s++;
				break;
			case 'r':
				c = '\r';
				s++;
				break;
			case 't':
				c = '\t';
				s++;
				break;
			case '\\':
				s++;
				break;
			case '\0':
				break;
			default: {
				char octal[4] = { 0 };

				strncpy(octal, s, 3);
				c = (char)strtol(octal, &rest, 8);
				s += rest - octal;
			}
			}
		}
		if (write(master, &c, 1) != 1)
			end(STATUS_BROKEN, "cannot type");
	}
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t size = 0;
	int status;

	if (argc < 2)
		return STATUS_BROKEN;
	start(argv + 1);
	while (getline(&line, &size, stdin) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "send ", 5) == 0)
			type(line + 5);
		else if (strncmp(line, "expect ", 7) == 0)
			expect(line + 7);
		else if (strcmp(line, "eof") == 0)
			while (read_more())
				;
		else if (*line && *line != '#')
			end(STATUS_BROKEN, line);
	}
	free(line);
	close(master);
	if (waitpid(child, &status, 0) < 0)
		return STATUS_BROKEN;
	free(seen);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
