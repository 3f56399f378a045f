/* Quoting for shells, terminals and JSON. */
#include "config.h"

#include "base/quote.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

/* The length of the printable character at the head, 0 if it must be escaped. */
static size_t
printable(const char *bytes, size_t len)
{
	uint32_t c;
	size_t n = utf8_decode(bytes, len, &c);

	return n > 0 && !utf8_hidden(c) ? n : 0;
}

static bool
is_bare(const char *bytes, size_t len)
{
	if (len == 0 || bytes[0] == '#' || bytes[0] == '~')
		return false;
	if (len == 1 && (bytes[0] == '{' || bytes[0] == '}'))
		return false;
	for (size_t i = 0; i < len;) {
		size_t n = printable(bytes + i, len - i);

		if (n == 0 || strchr(" !\"$&'()*;<=>?[\\^`|", bytes[i]))
			return false;
		i += n;
	}
	return true;
}

/* ls prefers "it's" to 'it'\''s' where nothing in it means something in double quotes. */
static bool
suits_double_quotes(const char *bytes, size_t len)
{
	if (!memchr(bytes, '\'', len))
		return false;
	for (size_t i = 0; i < len;) {
		size_t n = printable(bytes + i, len - i);

		if (n == 0 || strchr("!\"$&()*;<=>?[\\^`|", bytes[i]))
			return false;
		i += n;
	}
	return true;
}

static void
add_escape(struct buf *out, unsigned char c)
{
	static const char letters[] = "abtnvfr";	/* 7 to 13 */

	if (c >= 7 && c <= 13)
		buf_addf(out, "\\%c", letters[c - 7]);
	else
		buf_addf(out, "\\%03o", c);
}

enum quoting { QUOTE_NONE, QUOTE_PLAIN, QUOTE_DOLLAR, QUOTE_DOUBLE };

/* Close one kind of quotes and open another; bytes outside of any are never written here. */
static void
turn_to(struct buf *out, enum quoting *now, enum quoting want)
{
	static const char *const open[] = { "", "'", "$'", "\"" };
	static const char *const close[] = { "", "'", "'", "\"" };

	if (*now == want)
		return;
	buf_addstr(out, close[*now]);
	buf_addstr(out, open[want]);
	*now = want;
}

static void
quote(struct buf *out, const char *bytes, size_t len, bool bare)
{
	enum quoting now = QUOTE_NONE;

	if (bare) {
		buf_add(out, bytes, len);
		return;
	}
	if (suits_double_quotes(bytes, len)) {
		buf_addch(out, '"');
		buf_add(out, bytes, len);
		buf_addch(out, '"');
		return;
	}
	turn_to(out, &now, QUOTE_PLAIN);
	for (size_t i = 0; i < len;) {
		size_t n = printable(bytes + i, len - i);

		if (n == 0) {
			turn_to(out, &now, QUOTE_DOLLAR);
			add_escape(out, (unsigned char)bytes[i++]);
		} else if (bytes[i] == '\'') {
			turn_to(out, &now, QUOTE_PLAIN);
			buf_addstr(out, "'\\''");
			i++;
		} else {
			turn_to(out, &now, QUOTE_PLAIN);
			buf_add(out, bytes + i, n);
			i += n;
		}
	}
	turn_to(out, &now, QUOTE_NONE);
}

void
quote_shell(struct buf *out, const char *bytes, size_t len)
{
	quote(out, bytes, len, is_bare(bytes, len));
}

/* ls leaves braces bare, of which bash and zsh make several words: {a,b} and {1..3}. */
static void
quote_word(struct buf *out, const char *bytes, size_t len)
{
	const char *brace = memchr(bytes, '{', len);
	size_t rest = brace ? len - (size_t)(brace - bytes) : 0;
	bool many = brace && (memchr(brace, ',', rest) || memmem(brace, rest, "..", 2));

	quote(out, bytes, len, is_bare(bytes, len) && !many);
}

void
quote_posix(struct buf *out, const char *bytes, size_t len, bool used[256])
{
	enum quoting now = QUOTE_NONE;

	if (len == 0)
		buf_addstr(out, "''");
	for (size_t i = 0; i < len;) {
		size_t n = printable(bytes + i, len - i);

		if (n == 0) {
			unsigned char c = (unsigned char)bytes[i++];

			turn_to(out, &now, QUOTE_DOUBLE);
			buf_addf(out, "$x%03o", c);
			used[c] = true;
		} else if (bytes[i] == '\'') {
			turn_to(out, &now, QUOTE_DOUBLE);
			buf_addch(out, bytes[i++]);
		} else {
			turn_to(out, &now, QUOTE_PLAIN);
			buf_add(out, bytes + i, n);
			i += n;
		}
	}
	turn_to(out, &now, QUOTE_NONE);
}

void
quote_argv(struct buf *out, char *const argv[])
{
	for (size_t i = 0; argv[i]; i++) {
		if (i > 0)
			buf_addch(out, ' ');
		quote_word(out, argv[i], strlen(argv[i]));
	}
}

void
quote_words(struct buf *out, const char *block, size_t len)
{
	const char *end = block + len;

	for (const char *p = block; p < end;) {
		size_t n = strnlen(p, (size_t)(end - p));

		if (p > block)
			buf_addch(out, ' ');
		quote_word(out, p, n);
		p += n + 1;
	}
}

/* The length of what is quoted from the quote at its head on, with both quotes; backslash: \\ hides a quote. */
static size_t
quoted_len(const char *text, bool backslash)
{
	size_t len = 1;

	while (text[len] && text[len] != text[0])
		len += backslash && text[len] == '\\' && text[len + 1] ? 2 : 1;
	return text[len] ? len + 1 : len;
}

size_t
quote_word_len(const char *text)
{
	size_t len = 0;

	while (text[len] && text[len] != ' ') {
		if (text[len] == '$' && text[len + 1] == '\'')
			len += 1 + quoted_len(text + len + 1, true);
		else if (text[len] == '\'' || text[len] == '"')
			len += quoted_len(text + len, text[len] == '"');
		else
			len += text[len] == '\\' && text[len + 1] ? 2 : 1;
	}
	return len;
}

void
quote_lines(struct buf *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t rest = 0;

		while (i + rest < len && bytes[i + rest] != '\n' && bytes[i + rest] != '\t' &&
		       !(bytes[i + rest] == '\r' && i + rest + 1 < len && bytes[i + rest + 1] == '\n'))
			rest++;
		quote_message(out, bytes + i, rest);
		i += rest;
		if (i < len)
			buf_addch(out, bytes[i++]);
	}
}

void
quote_message(struct buf *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t n = printable(bytes + i, len - i);

		if (n == 0) {
			buf_addf(out, "\\%03o", (unsigned char)bytes[i++]);
			continue;
		}
		buf_add(out, bytes + i, n);
		i += n;
	}
}

/*
 * RFC 8259, section 7: controls must have a letter or four digits, and any character may; above U+FFFF it is written as
 * the two surrogates of UTF-16.  So what is not to be shown has them, and what is read back is the same.
 */
static void
add_json_character(struct buf *out, const char *bytes, size_t len, uint32_t c)
{
	static const char controls[] = "\b\t\n\f\r", letters[] = "btnfr";
	const char *control = c && c < 0x80 ? strchr(controls, (int)c) : NULL;

	if (control)
		buf_addf(out, "\\%c", letters[control - controls]);
	else if (utf8_hidden(c) && c > 0xffff)
		buf_addf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((c - 0x10000) >> 10)),
			 (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
	else if (utf8_hidden(c))
		buf_addf(out, "\\u%04x", (unsigned)c);
	else if (c == '"' || c == '\\')
		buf_addf(out, "\\%c", (int)c);
	else
		buf_add(out, bytes, len);
}

void
quote_json(struct buf *out, const char *bytes, size_t len)
{
	uint32_t c;

	buf_addch(out, '"');
	for (size_t i = 0, n; i < len; i += n ? n : 1) {
		n = utf8_decode(bytes + i, len - i, &c);
		if (n > 0)
			add_json_character(out, bytes + i, n, c);
		else
			buf_addstr(out, "\xef\xbf\xbd");
	}
	buf_addch(out, '"');
}
