/* Names and other text of strangers in HTML, JSON and Markdown. */
#include "config.h"

#include "cmd/report/markup.h"

#include <string.h>

#include "base/quote.h"

static void
add_html_byte(struct buf *out, char c)
{
	switch (c) {
	case '<':
		buf_addstr(out, "&lt;");
		break;
	case '>':
		buf_addstr(out, "&gt;");
		break;
	case '&':
		buf_addstr(out, "&amp;");
		break;
	case '"':
		buf_addstr(out, "&quot;");
		break;
	case '\'':
		buf_addstr(out, "&#39;");
		break;
	default:
		buf_addch(out, c);
	}
}

/* The bytes are visible; they are gone afterwards. */
static void
add_html_visible(struct buf *out, struct buf *visible)
{
	for (size_t i = 0; i < visible->len; i++)
		add_html_byte(out, visible->data[i]);
	buf_release(visible);
}

void
markup_add_html_bytes(struct buf *out, const char *bytes, size_t len)
{
	struct buf visible = BUF_INIT;

	quote_message(&visible, bytes, len);
	add_html_visible(out, &visible);
}

void
markup_add_html_line(struct buf *out, const char *line, size_t len)
{
	struct buf visible = BUF_INIT;

	quote_lines(&visible, line, len);
	add_html_visible(out, &visible);
}

void
markup_add_html(struct buf *out, const char *text)
{
	if (text)
		markup_add_html_bytes(out, text, strlen(text));
}

/* An HTML parser looks for "</script" and "<!--" in a script without knowing of strings. */
void
markup_add_json(struct buf *out, const char *text)
{
	struct buf visible = BUF_INIT, string = BUF_INIT;

	quote_message(&visible, text, strlen(text));
	quote_json(&string, visible.data, visible.len);
	for (size_t i = 0; i < string.len; i++) {
		if (strchr("<>&", string.data[i]))
			buf_addf(out, "\\u%04x", (unsigned)string.data[i]);
		else
			buf_addch(out, string.data[i]);
	}
	buf_release(&visible);
	buf_release(&string);
}

/* Any ASCII punctuation may have a backslash before it (CommonMark 0.31, section 2.4). */
void
markup_add_markdown(struct buf *out, const char *text)
{
	struct buf visible = BUF_INIT;

	quote_message(&visible, text, strlen(text));
	for (size_t i = 0; i < visible.len; i++) {
		if (strchr("\\`*_{}[]<>()#+-.!|~&@:\"'$^=", visible.data[i]))
			buf_addch(out, '\\');
		buf_addch(out, visible.data[i]);
	}
	buf_release(&visible);
}

/* A span ends at as many backticks as it began with: one more than the text has in a row. */
void
markup_add_markdown_code(struct buf *out, const char *text)
{
	struct buf visible = BUF_INIT;
	size_t run = 0, longest = 0;

	quote_message(&visible, text, strlen(text));
	for (size_t i = 0; i < visible.len; i++) {
		run = visible.data[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (size_t i = 0; i <= longest; i++)
		buf_addch(out, '`');
	if (longest > 0 || visible.len == 0 || visible.data[0] == ' ')
		buf_addf(out, " %s ", visible.data);
	else
		buf_addstr(out, visible.data);
	for (size_t i = 0; i <= longest; i++)
		buf_addch(out, '`');
	buf_release(&visible);
}
