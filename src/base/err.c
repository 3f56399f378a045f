/* Failures as values, and the one place where messages reach standard error. */
#include "config.h"

#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/quote.h"

__attribute__((format(printf, 4, 0)))
static int
set(struct err *e, enum err_code code, int sys, const char *fmt, va_list ap)
{
	if (!e)
		return -1;
	e->code = code;
	e->sys = sys;
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	return -1;
}

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(e, code, 0, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_system(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	set(e, ERR_SYSTEM, saved, fmt, ap);
	va_end(ap);
	if (e) {
		size_t len = strlen(e->text);

		snprintf(e->text + len, sizeof(e->text) - len, ": %s", strerror(saved));
	}
	errno = saved;
	return -1;
}

int
err_prefix(struct err *e, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	buf_addf(&text, ": %s", e->text);
	buf_truncate(&text, sizeof(e->text) - 1);
	memcpy(e->text, text.data, text.len + 1);
	buf_release(&text);
	return -1;
}

/* One write, so that lines of several processes do not mix. */
static void
print_line(const char *text)
{
	struct buf line = BUF_INIT;

	buf_addstr(&line, "writetrace: ");
	quote_message(&line, text, strlen(text));
	buf_addch(&line, '\n');
	(void)!io_write_full(STDERR_FILENO, line.data, line.len);
	buf_release(&line);
}

void
err_print(const struct err *e)
{
	print_line(e->text);
}

void
message(const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	print_line(text.data);
	buf_release(&text);
}
