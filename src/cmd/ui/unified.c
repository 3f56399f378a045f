/* Unified diffs of two texts. */
#include "config.h"

#include "cmd/ui/unified.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/utf8.h"

/*
 * The text as a file that nobody else can change, which the child inherits: diff reads it by its name in
 * /proc/self/fd.
 */
static int
text_file(const struct buf *text, char name[32], struct err *e)
{
	int fd = memfd_create("writetrace-diff", 0);

	if (fd < 0)
		return err_system(e, "cannot make a file for diff");
	if (io_write_full(fd, text->data, text->len) < 0) {
		err_system(e, "cannot write a file for diff");
		close(fd);
		return -1;
	}
	snprintf(name, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static int
spawn_diff(char *const argv[], int out_fd, pid_t *pid, struct err *e)
{
	posix_spawn_file_actions_t actions;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
	rc = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (rc == 0)
		return 0;
	if (rc == ENOENT)
		return err_set(e, ERR_SYSTEM, "cannot run diff: it is not installed (the package is called diffutils)");
	errno = rc;
	return err_system(e, "cannot run diff");
}

static enum style
line_style(const char *line, size_t number)
{
	if (number < 2)
		return STYLE_BOLD;	/* the labels */
	return line[0] == '-' ? STYLE_RED : line[0] == '+' ? STYLE_GREEN : STYLE_NONE;
}

/* No byte of a stranger's text may move a terminal's cursor. */
static void
put_diff_line(const struct output *out, const char *line, size_t len, enum style style)
{
	struct buf visible = BUF_INIT;

	if (out->terminal)
		quote_lines(&visible, line, len);
	else
		buf_add(&visible, line, len);
	output_style(out, style);
	fwrite(visible.data, 1, visible.len, out->f);
	output_plain(out, style);
	fputc('\n', out->f);
	buf_release(&visible);
}

static int
copy_lines(const struct output *out, FILE *from, struct err *e)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int rc = 0;

	for (size_t number = 0; (n = getline(&line, &cap, from)) > 0; number++) {
		size_t len = line[n - 1] == '\n' ? (size_t)n - 1 : (size_t)n;

		put_diff_line(out, line, len, line_style(line, number));
	}
	if (ferror(from))
		rc = err_system(e, "cannot read what diff says");
	free(line);
	return rc;
}

static int
wait_for(pid_t pid, struct err *e)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return err_system(e, "cannot wait for diff");
	}
	/* diff(1): 0 the same, 1 different, 2 trouble, of which it has told */
	if (WIFEXITED(status) && WEXITSTATUS(status) <= 1)
		return 0;
	return err_set(e, ERR_SYSTEM, "diff has failed");
}

static int
run_diff(const struct output *out, char *const argv[], struct err *e)
{
	int ends[2] = { -1, -1 };
	FILE *from = NULL;
	pid_t pid;
	int rc = -1;

	signal(SIGCHLD, SIG_DFL);	/* inherited otherwise, it would leave nothing to wait for */
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_system(e, "cannot run diff");
	if (spawn_diff(argv, ends[1], &pid, e) < 0)
		goto out;
	io_close(&ends[1]);
	from = fdopen(ends[0], "r");
	if (from) {
		ends[0] = -1;
		rc = copy_lines(out, from, e);
		fclose(from);
	} else {
		err_system(e, "cannot run diff");
		io_close(&ends[0]);
	}
	if (wait_for(pid, rc < 0 ? NULL : e) < 0)
		rc = -1;
out:
	io_close(&ends[0]);
	io_close(&ends[1]);
	return rc;
}

int
unified_diff(const struct output *out, const struct buf *old_text, const char *old_label,
	     const struct buf *new_text, const char *new_label, struct err *e)
{
	static char program[] = "diff", unified[] = "-u", label[] = "--label", end[] = "--";
	char old_name[32], new_name[32];
	char *old_copy = xstrdup(old_label), *new_copy = xstrdup(new_label);
	char *argv[] = { program, unified, label, old_copy, label, new_copy, end, old_name, new_name, NULL };
	int old_fd = text_file(old_text, old_name, e);
	int new_fd = old_fd < 0 ? -1 : text_file(new_text, new_name, e);
	int rc = new_fd < 0 ? -1 : run_diff(out, argv, e);

	io_close(&old_fd);
	io_close(&new_fd);
	free(old_copy);
	free(new_copy);
	return rc;
}

void
unified_put_heading(const struct output *out, const char *line)
{
	put_diff_line(out, line, strlen(line), STYLE_BOLD);
}

static size_t
count_lines(const struct buf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += text->data[i] == '\n';
	return n + (text->len > 0 && text->data[text->len - 1] != '\n');
}

/* How many lines, and from which, as diff(1) has it. */
static void
add_range(struct buf *out, char sign, size_t n)
{
	buf_addf(out, n > 0 ? " %c1" : " %c0", sign);
	if (n != 1)
		buf_addf(out, ",%zu", n);
}

static void
put_whole_heads(const struct output *out, const struct buf *text, const char *label, char sign)
{
	bool gone = sign == '-';
	struct buf head = BUF_INIT;

	buf_addf(&head, "--- %s", gone ? label : "/dev/null");
	unified_put_heading(out, head.data);
	buf_reset(&head);
	buf_addf(&head, "+++ %s", gone ? "/dev/null" : label);
	unified_put_heading(out, head.data);
	buf_reset(&head);
	buf_addstr(&head, "@@");
	add_range(&head, '-', gone ? count_lines(text) : 0);
	add_range(&head, '+', gone ? 0 : count_lines(text));
	buf_addstr(&head, " @@");
	put_diff_line(out, head.data, head.len, STYLE_NONE);
	buf_release(&head);
}

void
unified_whole(const struct output *out, const struct buf *text, const char *label, char sign)
{
	struct buf line = BUF_INIT;

	if (text->len == 0)
		return;
	put_whole_heads(out, text, label, sign);
	for (size_t at = 0, n; at < text->len; at += n + 1) {
		const char *end = memchr(text->data + at, '\n', text->len - at);

		n = end ? (size_t)(end - text->data) - at : text->len - at;
		buf_addch(&line, sign);
		buf_add(&line, text->data + at, n);
		put_diff_line(out, line.data, line.len, sign == '-' ? STYLE_RED : STYLE_GREEN);
		buf_reset(&line);
		if (!end)
			fputs("\\ No newline at end of file\n", out->f);
	}
	buf_release(&line);
}

/* git(1) quotes each byte above ASCII too; patch(1) takes both, and a name in one's own language is to be read. */
static bool
is_plain_label(const char *path)
{
	size_t len = strlen(path), n;
	uint32_t c;

	for (; len > 0; path += n, len -= n) {
		n = utf8_decode(path, len, &c);
		if (n == 0 || utf8_hidden(c) || c == '"' || c == '\\')
			return false;
	}
	return true;
}

void
unified_add_label_path(struct buf *out, const char *prefix, const char *path)
{
	if (is_plain_label(path)) {
		buf_addf(out, "%s%s", prefix, path);
		return;
	}
	buf_addf(out, "\"%s", prefix);
	for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
		if (*p < ' ' || *p >= 0x7f)
			buf_addf(out, "\\%03o", *p);
		else
			buf_addf(out, "%s%c", *p == '"' || *p == '\\' ? "\\" : "", *p);
	}
	buf_addch(out, '"');
}
