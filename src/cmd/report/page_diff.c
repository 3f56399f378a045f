/* Unified diffs as HTML. */
#include "config.h"

#include "cmd/report/page_diff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/quote.h"
#include "cmd/report/markup.h"

/* Where in the text we are.  A removed line can look like the head of a file: only the hunk's own numbers tell. */
struct page_diff {
	struct buf *out;
	long old_left, new_left;	/* lines of the hunk that are to come */
	bool in_file;
};

/* A tab has a width, and no part in what a line means. */
static void
add_line_text(struct buf *out, const char *line, size_t len)
{
	while (len > 0) {
		const char *tab = memchr(line, '\t', len);
		size_t n = tab ? (size_t)(tab - line) : len;

		markup_add_html_bytes(out, line, n);
		if (tab) {
			buf_addch(out, '\t');
			n++;
		}
		line += n;
		len -= n;
	}
}

static void
add_span(struct page_diff *d, const char *class, const char *line, size_t len)
{
	buf_addf(d->out, "<span%s>", class);
	add_line_text(d->out, line, len);
	buf_addstr(d->out, "</span>");
}

/* One of the two ranges of "@@ -1,3 +1 @@": how many lines it has. */
static long
range_lines(const char *line, char sign)
{
	const char *p = strchr(line, sign);
	char *end;

	if (!p)
		return 0;
	strtol(p + 1, &end, 10);
	return *end == ',' ? strtol(end + 1, NULL, 10) : 1;
}

static void
end_file(struct page_diff *d)
{
	if (d->in_file)
		buf_addstr(d->out, "</pre></details>\n");
	d->in_file = false;
}

static void
begin_file(struct page_diff *d, const char *line, size_t len)
{
	const char *tab = memchr(line, '\t', len);

	end_file(d);
	buf_addstr(d->out, "<details class=\"diff\"><summary><span class=\"path\">");
	markup_add_html_bytes(d->out, line + 4, (tab ? (size_t)(tab - line) : len) - 4);
	buf_addstr(d->out, "</span></summary><pre>");
	d->in_file = true;
}

static void
add_body_line(struct page_diff *d, const char *line, size_t len)
{
	d->old_left -= line[0] != '+';
	d->new_left -= line[0] != '-';
	add_span(d, line[0] == '+' ? " class=\"add\"" : line[0] == '-' ? " class=\"del\"" : "", line, len);
}

static void
add_line(struct page_diff *d, const char *line, size_t len)
{
	if (line[0] == '\\' && d->in_file) {
		add_span(d, " class=\"at\"", line, len);
	} else if (d->old_left > 0 || d->new_left > 0) {
		add_body_line(d, line, len);
	} else if (strncmp(line, "--- ", 4) == 0) {
		begin_file(d, line, len);
	} else if (d->in_file && strncmp(line, "@@ -", 4) == 0) {
		d->old_left = range_lines(line, '-');
		d->new_left = range_lines(line, '+');
		add_span(d, " class=\"at\"", line, len);
	} else if (!d->in_file || strncmp(line, "+++ ", 4) != 0) {
		end_file(d);
		buf_addstr(d->out, "<p class=\"note\">");
		add_line_text(d->out, line, len);
		buf_addstr(d->out, "</p>\n");
	}
}

void
page_diff_add(struct buf *out, const char *text, size_t len)
{
	struct page_diff d = { .out = out };

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		if (n > 0)
			add_line(&d, text, n);
		n += end != NULL;
		text += n;
		len -= n;
	}
	end_file(&d);
}
