/* Unified diffs as HTML. */
#include "config.h"

#include "cmd/report/page_diff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/report/markup.h"

/* Where in the text we are.  A removed line can look like the head of a file: only the hunk's own numbers tell. */
struct page_diff {
	struct buf *out;
	long old_left, new_left;	/* lines of the hunk that are to come */
	bool in_file;
	const char *heading;		/* the line "diff --git" of a file whose labels have not come; NULL: none */
	const char *label;		/* the first of its two labels; NULL: none */
};

static void
add_span(struct page_diff *d, const char *class, const char *line, size_t len)
{
	buf_addf(d->out, "<span%s>", class);
	markup_add_html_line(d->out, line, len);
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

/* A line of words, or several, outside of any file. */
static void
add_notes(struct page_diff *d, const char *text, size_t len)
{
	end_file(d);
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		buf_addstr(d->out, "<p class=\"note\">");
		markup_add_html_line(d->out, text, n);
		buf_addstr(d->out, "</p>\n");
		n += end != NULL;
		text += n;
		len -= n;
	}
}

/* What stands in front of a file's diff where none follows, as with a mode alone, is told all the same. */
static void
end_heading(struct page_diff *d, const char *here)
{
	if (d->heading)
		add_notes(d, d->heading, (size_t)(here - d->heading));
	d->heading = NULL;
}

/* The lines between "diff" and the labels: modes, or where it was moved from. */
static void
add_heading_lines(struct page_diff *d, const char *here)
{
	const char *line = d->heading ? strchr(d->heading, '\n') + 1 : here;

	for (const char *end; line < here; line = end + 1) {
		end = strchr(line, '\n');
		add_span(d, " class=\"at\"", line, (size_t)(end - line));
	}
	d->heading = NULL;
}

/* At the second label, which says what the file is called unless it is gone; the heading ends before the first one. */
static void
begin_file(struct page_diff *d, const char *line, size_t len)
{
	const char *named = strncmp(line + 4, "/dev/null", len - 4) == 0 ? d->label : line;
	size_t name_len = strcspn(named + 4, "\t\n");

	end_file(d);
	buf_addstr(d->out, "<details class=\"diff\"><summary><span class=\"path\">");
	markup_add_html_bytes(d->out, named + 4, name_len);
	buf_addstr(d->out, "</span></summary><pre>");
	d->in_file = true;
	add_heading_lines(d, d->label);
	d->label = NULL;
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
	} else if (strncmp(line, "diff --git ", 11) == 0) {
		end_heading(d, line);
		d->heading = line;
	} else if (strncmp(line, "--- ", 4) == 0) {
		d->label = line;
	} else if (d->label && strncmp(line, "+++ ", 4) == 0) {
		begin_file(d, line, len);
	} else if (d->in_file && strncmp(line, "@@ -", 4) == 0) {
		d->old_left = range_lines(line, '-');
		d->new_left = range_lines(line, '+');
		add_span(d, " class=\"at\"", line, len);
	} else if (!d->heading) {
		add_notes(d, line, len);
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
	end_heading(&d, text);
	end_file(&d);
}
