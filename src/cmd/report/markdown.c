/* A report as Markdown, for a ticket. */
#include "config.h"

#include "cmd/report/markdown.h"

#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "base/quote.h"
#include "cmd/report/diffs.h"
#include "cmd/report/markup.h"
#include "cmd/report/sentences.h"
#include "cmd/ui/text.h"

/* A ticket is read, not searched. */
enum { MARKDOWN_PATHS_MAX = 200, MARKDOWN_LINES_MAX = 50, MARKDOWN_DIFFS_MAX = 32 << 10 };

/* Put a text of whole lines between two fences that no line of it can be. */
static void
put_fenced(FILE *f, const char *language, const struct buf *text)
{
	size_t run = 0, fence = 3;

	for (size_t i = 0; i < text->len; i++) {
		run = text->data[i] == '`' ? run + 1 : 0;
		fence = run >= fence ? run + 1 : fence;
	}
	for (size_t i = 0; i < fence; i++)
		fputc('`', f);
	fprintf(f, "%s\n%s", language, text->data);
	for (size_t i = 0; i < fence; i++)
		fputc('`', f);
	fputs("\n\n", f);
}

static void
put_head(const struct story *s, FILE *f)
{
	struct buf line = BUF_INIT, command = BUF_INIT;

	sentence_add_short_command(&command, s);
	buf_addstr(&line, "# What ");
	if (s->n_runs == 1)
		markup_add_markdown_code(&line, command.data);
	else
		buf_addstr(&line, command.data);
	buf_release(&command);
	buf_addstr(&line, " did\n\n");
	sentence_add_changes(&line, s);
	buf_addstr(&line, "\n\n");
	for (size_t i = 0; i < s->n_runs && i < MARKDOWN_LINES_MAX; i++) {
		sentence_add_run(&line, &s->runs[i], markup_add_markdown_code);
		buf_addstr(&line, "\n\n");
	}
	fputs(line.data, f);
	buf_release(&line);
}

/* "- `SUBJECT`: WORDS (ERROR), by `PROGRAM`" */
static void
put_lines(const struct story_lines *l, FILE *f)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < l->n && i < MARKDOWN_LINES_MAX; i++) {
		const struct story_line *v = &l->v[i];

		buf_addstr(&line, "- ");
		markup_add_markdown_code(&line, v->subject);
		buf_addstr(&line, ": ");
		markup_add_markdown(&line, v->words);
		if (v->error)
			buf_addf(&line, " (%s)", sentence_error(v->error));
		if (v->program) {
			buf_addstr(&line, ", by ");
			markup_add_markdown_code(&line, v->program);
		}
		buf_addch(&line, '\n');
	}
	if (l->n_all > MARKDOWN_LINES_MAX)
		buf_addf(&line, "- and %" PRId64 " more\n", l->n_all - MARKDOWN_LINES_MAX);
	fprintf(f, "%s\n", line.data);
	buf_release(&line);
}

static void
put_section(const char *heading, const struct story_lines *l, FILE *f)
{
	if (l->n == 0)
		return;
	fprintf(f, "## %s\n\n", heading);
	put_lines(l, f);
}

static void
put_verdict(const struct story *s, FILE *f)
{
	struct buf words = BUF_INIT;
	bool whole = sentence_add_verdict(&words, s);

	fprintf(f, "**%s.** %s\n\n", whole ? "The record is complete" : "The record has blind spots", words.data);
	buf_release(&words);
	if (s->blind.n > 0)
		put_lines(&s->blind, f);
}

/* No line is a fence, for a word of ours stands before each name. */
static void
put_paths(const struct story *s, FILE *f)
{
	struct buf text = BUF_INIT;
	size_t n = s->n_first < MARKDOWN_PATHS_MAX ? s->n_first : MARKDOWN_PATHS_MAX;

	if (n == 0)
		return;
	fputs("## What changed\n\n", f);
	for (size_t i = 0; i < n; i++) {
		const struct path_change *p = &s->first[i];

		buf_addf(&text, "%-10s  %04" PRIo32 "  %10" PRId64 "  ", change_names[p->class], sentence_side(p)->mode,
			 number_subtract(p->after.size_bytes, p->before.size_bytes));
		quote_message(&text, p->path, strlen(p->path));
		if (sentence_side(p)->type == FILE_DIRECTORY)
			buf_addch(&text, '/');
		if (story_package(s, p->path))
			buf_addf(&text, "  (of package %s)", story_package(s, p->path));
		buf_addch(&text, '\n');
	}
	if (s->n_paths > (int64_t)n)
		buf_addf(&text, "and %" PRId64 " more\n", s->n_paths - (int64_t)n);
	put_fenced(f, "", &text);
	buf_release(&text);
}

/* Control characters of the texts are not for a ticket either. */
static int
put_diffs(const struct story *s, FILE *f, struct err *e)
{
	struct buf text = BUF_INIT, visible = BUF_INIT;
	bool cut;
	int rc = diffs_add(&text, s, MARKDOWN_DIFFS_MAX, &cut, e);

	if (rc >= 0 && text.len > 0) {
		quote_lines(&visible, text.data, text.len);
		fputs("## Texts, before and after\n\n", f);
		put_fenced(f, "diff", &visible);
		if (cut)
			fputs("There are more than fit here.\n\n", f);
	}
	buf_release(&text);
	buf_release(&visible);
	return rc;
}

static void
put_back(const struct story *s, FILE *f)
{
	struct buf text = BUF_INIT, command = BUF_INIT;

	sentence_add_kept(&text, s);
	fprintf(f, "## Taking it back\n\n%s\n", text.data);
	if (sentence_add_undo(&command, s)) {
		buf_addch(&command, '\n');
		fputc('\n', f);
		put_fenced(f, "sh", &command);
	}
	buf_release(&text);
	buf_release(&command);
}

int
markdown_put(const struct story *s, FILE *out, struct err *e)
{
	int rc;

	put_head(s, out);
	put_verdict(s, out);
	put_section("Worth a look", &s->notable, out);
	put_paths(s, out);
	rc = put_diffs(s, out, e);
	if (rc < 0)
		return -1;
	put_section("Hosts and sockets", &s->hosts, out);
	put_section("Refused attempts", &s->refused, out);
	put_back(s, out);
	return rc;
}
