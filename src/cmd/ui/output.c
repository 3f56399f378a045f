/* Where rows go. */
#include "config.h"

#include "cmd/ui/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/ui/visible.h"

bool
output_color_wanted(enum color color, FILE *f)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	if (no_color && *no_color)
		return false;
	return isatty(fileno(f)) && !(term && strcmp(term, "dumb") == 0);
}

static int
terminal_width(FILE *f)
{
	struct winsize size;

	if (!isatty(fileno(f)) || ioctl(fileno(f), TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

/* Formats that give bytes as they are, which is for programs: at a terminal nobody but a person reads them. */
static bool
is_raw(const struct options *o)
{
	return o->format == FORMAT_CSV || o->format == FORMAT_NULL || o->format == FORMAT_SHA256SUM ||
	       o->format == FORMAT_POSTGRESQL;
}

/* What v has ready, which may be nothing; of a failure stdout knows. */
static bool
put_visible(struct visible *v)
{
	bool all = v->out.len == 0 || fwrite(v->out.data, 1, v->out.len, stdout) == v->out.len;

	buf_reset(&v->out);
	return all;
}

static ssize_t
on_visible_write(void *cookie, const char *bytes, size_t len)
{
	struct visible *v = cookie;

	visible_add(v, bytes, len);
	return put_visible(v) ? (ssize_t)len : 0;
}

static int
on_visible_close(void *cookie)
{
	struct visible *v = cookie;

	visible_end(v);
	put_visible(v);
	visible_release(v);
	free(v);
	return 0;
}

void
output_stdout(FILE **f, const struct options *o)
{
	const cookie_io_functions_t functions = { .write = on_visible_write, .close = on_visible_close };
	struct visible *v;

	*f = stdout;
	if (!is_raw(o) || !isatty(STDOUT_FILENO))
		return;
	v = xcalloc(1, sizeof(*v));
	*f = fopencookie(v, "w", functions);
	if (*f)
		return;
	free(v);
	*f = stdout;
}

int
output_open(struct output *out, const struct options *o, struct err *e)
{
	memset(out, 0, sizeof(*out));
	out->f = stdout;
	if (o->output && strcmp(o->output, "-") != 0) {
		out->f = fopen(o->output, "we");
		if (!out->f)
			return err_system(e, "cannot write %s", o->output);
		out->name = o->output;
	}
	out->colored = output_color_wanted((enum color)o->color, out->f);
	out->terminal = isatty(fileno(out->f));
	out->width = terminal_width(out->f);
	if (!out->name)
		output_stdout(&out->f, o);
	return 0;
}

/* A second fflush() would not know any more why the first one failed. */
static int
close_stdout(struct err *e)
{
	bool failed = ferror(stdout) != 0;

	errno = EIO;
	if (fflush(stdout) == 0 && !failed)
		return 0;
	err_system(e, "cannot write to standard output");
	clearerr(stdout);	/* main() need not say it again */
	return -1;
}

int
output_close(struct output *out, struct err *e)
{
	bool failed;

	if (!out->f)
		return 0;
	/* a tally on standard error comes after the rows also where both go to one pipe */
	if (!out->name) {
		if (out->f != stdout)
			fclose(out->f);
		return close_stdout(e);
	}
	failed = ferror(out->f) != 0;
	if (failed)
		errno = EIO;
	if (fclose(out->f) != 0)
		failed = true;
	out->f = NULL;
	return failed ? err_system(e, "cannot write %s", out->name) : 0;
}

static const char *const codes[] = {
	[STYLE_NONE] = "",
	[STYLE_GREEN] = "\033[32m",
	[STYLE_YELLOW] = "\033[33m",
	[STYLE_RED] = "\033[31m",
	[STYLE_BOLD] = "\033[1m",
};

static const char plain[] = "\033[0m";

void
output_style(const struct output *out, enum style style)
{
	if (out->colored)
		fputs(codes[style], out->f);
}

void
output_plain(const struct output *out, enum style style)
{
	if (out->colored && style != STYLE_NONE)
		fputs(plain, out->f);
}

void
output_add_styled(struct buf *out, bool colored, enum style style, const char *text)
{
	bool styled = colored && style != STYLE_NONE;

	buf_addf(out, "%s%s%s", styled ? codes[style] : "", text, styled ? plain : "");
}

enum style
output_change_style(enum change_class class)
{
	static const enum style styles[CHANGE_COUNT] = {
		[CHANGE_CREATED] = STYLE_GREEN,
		[CHANGE_MODIFIED] = STYLE_YELLOW,
		[CHANGE_ATTRIBUTES] = STYLE_YELLOW,
		[CHANGE_DELETED] = STYLE_RED,
	};

	return class < CHANGE_COUNT ? styles[class] : STYLE_NONE;
}
