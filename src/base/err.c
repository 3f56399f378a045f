/* Failures as values, and the one place where messages reach standard error. */
#include "config.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/quote.h"

/* Of a text that is too long the middle goes: the beginning says what could not be done, the end why. */
static void
set_text(struct err *e, const struct buf *text)
{
	static const char gap[] = "...";
	size_t room = sizeof(e->text) - 1;
	size_t head = room / 2, tail = room - head - strlen(gap);

	if (text->len <= room) {
		memcpy(e->text, text->data, text->len + 1);
		return;
	}
	memcpy(e->text, text->data, head);
	memcpy(e->text + head, gap, strlen(gap));
	memcpy(e->text + head + strlen(gap), text->data + text->len - tail, tail + 1);
}

/* The words, and behind them ": " and more where that is not NULL. */
__attribute__((format(printf, 2, 0)))
static void
set_words(struct err *e, const char *fmt, va_list ap, const char *more)
{
	struct buf text = BUF_INIT;

	buf_vaddf(&text, fmt, ap);
	if (more)
		buf_addf(&text, ": %s", more);
	set_text(e, &text);
	buf_release(&text);
}

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	set_words(e, fmt, ap, NULL);
	va_end(ap);
	e->code = code;
	e->sys = 0;
	return -1;
}

int
err_system(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	set_words(e, fmt, ap, strerror(saved));
	va_end(ap);
	e->code = ERR_SYSTEM;
	e->sys = saved;
	errno = saved;
	return -1;
}

int
err_prefix(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	set_words(e, fmt, ap, e->text);
	va_end(ap);
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
err_message(const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	print_line(text.data);
	buf_release(&text);
}
