/* A report as one page of HTML: page.html, in which a table of parts fills in what stands in {{braces}}. */
#include "config.h"

#include "cmd/report/page.h"

#include <inttypes.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "cmd/report/data.h"
#include "cmd/report/diffs.h"
#include "cmd/report/markup.h"
#include "cmd/report/page_diff.h"
#include "cmd/report/page_text.h"
#include "cmd/report/page_tree.h"
#include "cmd/report/sentences.h"

/* How much of all diffs stands in the page. */
enum { PAGE_DIFFS_MAX = 1 << 20 };

struct page {
	const struct story *story;
	FILE *f;
	struct buf text;	/* of the part in the making */
	bool incomplete;	/* something could not be read, which has been said */
};

static void
add_base64(struct buf *out, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		unsigned group = (unsigned)bytes[i] << 16;

		group |= i + 1 < len ? (unsigned)bytes[i + 1] << 8 : 0;
		group |= i + 2 < len ? bytes[i + 2] : 0;
		for (size_t k = 0; k < 4; k++)
			buf_addch(out, i + k > len ? '=' : digits[group >> (18 - 6 * k) & 63]);
	}
}

static void
add_source(struct buf *out, const char *text)
{
	struct digest digest;

	digest_bytes(text, strlen(text), &digest);
	buf_addstr(out, "'sha256-");
	add_base64(out, digest.bytes, sizeof(digest.bytes));
	buf_addch(out, '\'');
}

/* Nothing but our own style and script, by their digests: whatever a name might become, it could do and ask nothing. */
static int
add_policy(struct page *p, struct err *e)
{
	(void)e;
	buf_addstr(&p->text, "default-src 'none'; style-src ");
	add_source(&p->text, page_css_text);
	buf_addstr(&p->text, "; script-src ");
	add_source(&p->text, page_js_text);
	buf_addstr(&p->text, "; base-uri 'none'; form-action 'none'");
	return 0;
}

static int
add_title(struct page *p, struct err *e)
{
	struct buf command = BUF_INIT;

	(void)e;
	sentence_add_short_command(&command, p->story);
	buf_addstr(&p->text, "What ");
	markup_add_html(&p->text, command.data);
	buf_addstr(&p->text, " did");
	buf_release(&command);
	return 0;
}

static int
add_heading(struct page *p, struct err *e)
{
	struct buf command = BUF_INIT;

	(void)e;
	sentence_add_short_command(&command, p->story);
	buf_addstr(&p->text, p->story->n_runs > 1 ? "What " : "What <code>");
	markup_add_html(&p->text, command.data);
	buf_addstr(&p->text, p->story->n_runs > 1 ? " did" : "</code> did");
	buf_release(&command);
	return 0;
}

static int
add_style(struct page *p, struct err *e)
{
	(void)e;
	buf_addstr(&p->text, page_css_text);
	return 0;
}

static int
add_script(struct page *p, struct err *e)
{
	(void)e;
	buf_addstr(&p->text, page_js_text);
	return 0;
}

static int
add_eyebrow(struct page *p, struct err *e)
{
	const struct story *s = p->story;
	const char *last = "";

	(void)e;
	for (size_t i = 0; i < s->n_runs; i++) {
		const char *name = s->runs[i].name;

		buf_addf(&p->text, "%s%" PRId64, i > 0 ? ", " : s->n_runs > 1 ? "Runs " : "Run ", s->runs[i].id);
		if (!name || strcmp(name, last) == 0)
			continue;
		buf_addstr(&p->text, " \"");
		markup_add_html(&p->text, name);
		buf_addstr(&p->text, "\"");
		last = name;
	}
	return 0;
}

static int
add_changes(struct page *p, struct err *e)
{
	(void)e;
	sentence_add_changes(&p->text, p->story);
	return 0;
}

static void
add_code(struct buf *out, const char *text)
{
	buf_addstr(out, "<code>");
	markup_add_html(out, text ? text : "?");
	buf_addstr(out, "</code>");
}

static int
add_runs(struct page *p, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < p->story->n_runs && i < STORY_LINES_MAX; i++) {
		buf_addstr(&p->text, "<p class=\"run\">");
		sentence_add_run(&p->text, &p->story->runs[i], add_code);
		buf_addstr(&p->text, "</p>\n");
	}
	return 0;
}

/* How many lines of a list are left out. */
static void
add_left_out(struct page *p, const struct story_lines *l)
{
	if (l->n_all <= (int64_t)l->n)
		return;
	buf_addstr(&p->text, "<p class=\"note cut\">And ");
	sentence_add_count(&p->text, l->n_all - (int64_t)l->n, "more.", "more.");
	buf_addstr(&p->text, "</p>\n");
}

static int
add_verdict(struct page *p, struct err *e)
{
	const struct story_lines *blind = &p->story->blind;
	struct buf words = BUF_INIT;
	bool whole = sentence_add_verdict(&words, p->story);

	(void)e;
	buf_addf(&p->text, "<div class=\"verdict %s\"><h2 id=\"verdict-h\"><span aria-hidden=\"true\">%s</span>%s</h2>\n<p>%s</p>\n",
		 whole ? "whole" : "holes", whole ? "&#10003;" : "!",
		 whole ? "The record is complete" : "The record has blind spots", words.data);
	buf_release(&words);
	if (blind->n > 0)
		buf_addstr(&p->text, "<ul>\n");
	for (size_t i = 0; i < blind->n; i++) {
		buf_addstr(&p->text, "<li class=\"words\"><b>");
		markup_add_html(&p->text, blind->v[i].subject);
		buf_addstr(&p->text, "</b>: ");
		markup_add_html(&p->text, blind->v[i].words);
		buf_addstr(&p->text, "</li>\n");
	}
	if (blind->n > 0)
		buf_addstr(&p->text, "</ul>\n");
	add_left_out(p, blind);
	buf_addstr(&p->text, "</div>");
	return 0;
}

/* How many paths of one reason stand unfolded. */
enum { PAGE_LOOK_MAX = 4 };

/* The paths that are there for the same reason as the nth line. */
static void
add_look_paths(struct page *p, size_t nth)
{
	const struct story_lines *l = &p->story->notable;
	size_t n = 0, left = 0;

	for (size_t i = nth; i < l->n; i++)
		left += strcmp(l->v[i].words, l->v[nth].words) == 0;
	for (size_t i = nth; i < l->n; i++) {
		if (strcmp(l->v[i].words, l->v[nth].words) != 0)
			continue;
		if (n++ == PAGE_LOOK_MAX && left > PAGE_LOOK_MAX + 1)
			buf_addf(&p->text, "<details><summary>and %zu more</summary>", left - PAGE_LOOK_MAX);
		buf_addstr(&p->text, "<div class=\"path\">");
		markup_add_html(&p->text, l->v[i].subject);
		buf_addstr(&p->text, "</div>");
	}
	if (left > PAGE_LOOK_MAX + 1)
		buf_addstr(&p->text, "</details>");
}

static bool
is_first_of_reason(const struct story_lines *l, size_t nth)
{
	for (size_t i = 0; i < nth; i++) {
		if (strcmp(l->v[i].words, l->v[nth].words) == 0)
			return false;
	}
	return true;
}

static int
add_notable(struct page *p, struct err *e)
{
	const struct story_lines *l = &p->story->notable;

	(void)e;
	if (l->n == 0) {
		buf_addstr(&p->text, "<p>Nothing that starts by itself, gives rights or changes who may log in was touched.</p>");
		return 0;
	}
	buf_addstr(&p->text, "<ul class=\"look\">\n");
	for (size_t i = 0; i < l->n; i++) {
		if (!is_first_of_reason(l, i))
			continue;
		buf_addstr(&p->text, "<li><span class=\"words\">");
		markup_add_html(&p->text, l->v[i].words);
		buf_addstr(&p->text, "</span><div>");
		add_look_paths(p, i);
		buf_addstr(&p->text, "</div></li>\n");
	}
	buf_addstr(&p->text, "</ul>\n");
	add_left_out(p, l);
	return 0;
}

static int
add_paths(struct page *p, struct err *e)
{
	(void)e;
	page_tree_add(&p->text, p->story);
	return 0;
}

/* What is not shown, and why. */
static void
add_unshown_texts(struct page *p, bool cut)
{
	const struct story *s = p->story;

	if (s->n_private > 0) {
		buf_addstr(&p->text, "<p class=\"note\">");
		sentence_add_count(&p->text, s->n_private, "modified file that not everybody may read is left out.",
				   "modified files that not everybody may read are left out.");
		buf_addstr(&p->text, "</p>\n");
	}
	if (cut || s->n_texts_all > (int64_t)s->n_texts)
		buf_addstr(&p->text, "<p class=\"note cut\">There are more than fit here: "
			   "<code>writetrace show --diff</code> prints all.</p>\n");
	if (s->n_texts_all == 0 && s->n_private == 0)
		buf_addstr(&p->text, "<p>No file that was there before was modified.</p>\n");
}

static int
add_diffs(struct page *p, struct err *e)
{
	struct buf text = BUF_INIT;
	bool cut;
	int rc = diffs_add(&text, p->story, PAGE_DIFFS_MAX, &cut, e);

	if (rc >= 0) {
		page_diff_add(&p->text, text.data, text.len);
		add_unshown_texts(p, cut);
	}
	p->incomplete = p->incomplete || rc > 0;
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

static void
add_cell(struct page *p, const char *class, const char *text)
{
	buf_addf(&p->text, "<td%s>", class);
	markup_add_html(&p->text, text);
	buf_addstr(&p->text, "</td>");
}

/* A table of a subject, words, the program, the outcome and how often. */
static void
add_table(struct page *p, const struct story_lines *l, const char *subject, const char *words, const char *well)
{
	buf_addf(&p->text, "<table><thead><tr><th>%s</th><th>%s</th><th>Program</th><th>Outcome</th><th>Times</th>"
		 "</tr></thead><tbody>\n", subject, words);
	for (size_t i = 0; i < l->n; i++) {
		const struct story_line *v = &l->v[i];

		buf_addstr(&p->text, "<tr>");
		add_cell(p, " class=\"path\"", v->subject);
		add_cell(p, "", v->words);
		add_cell(p, " class=\"path\"", v->program);
		add_cell(p, "", v->error ? sentence_error(v->error) : well);
		buf_addf(&p->text, "<td class=\"number\">%" PRId64 "</td></tr>\n", v->count);
	}
	buf_addstr(&p->text, "</tbody></table>\n");
	add_left_out(p, l);
}

static int
add_hosts(struct page *p, struct err *e)
{
	(void)e;
	if (p->story->hosts.n == 0)
		buf_addstr(&p->text, "<p>No connection was recorded.</p>");
	else
		add_table(p, &p->story->hosts, "Address", "Protocol", "connected");
	return 0;
}

static int
add_refused(struct page *p, struct err *e)
{
	(void)e;
	if (p->story->refused.n == 0)
		buf_addstr(&p->text, "<p>Nothing that was tried was refused.</p>");
	else
		add_table(p, &p->story->refused, "Path", "Attempt", "");
	return 0;
}

static int
add_back(struct page *p, struct err *e)
{
	struct buf command = BUF_INIT;

	(void)e;
	buf_addstr(&p->text, "<p>");
	sentence_add_kept(&p->text, p->story);
	if (sentence_add_undo(&command, p->story)) {
		buf_addstr(&p->text, " This puts everything back as it was before:</p>\n<code class=\"command\">");
		markup_add_html(&p->text, command.data);
		buf_addstr(&p->text, "</code>\n<p class=\"note\">With <code>--dry-run</code> it only says what it would do. "
			   "What somebody has changed since is left alone, and named.</p>\n");
	} else {
		buf_addstr(&p->text, "</p>");
	}
	buf_release(&command);
	return 0;
}

static int
add_data(struct page *p, struct err *e)
{
	return data_put(p->story, p->f, e);
}

static const struct {
	const char *name;
	int (*add)(struct page *p, struct err *e);	/* to p->text, or past it to p->f */
} parts[] = {
	{ "policy", add_policy },
	{ "title", add_title },
	{ "style", add_style },
	{ "eyebrow", add_eyebrow },
	{ "heading", add_heading },
	{ "changes", add_changes },
	{ "runs", add_runs },
	{ "verdict", add_verdict },
	{ "notable", add_notable },
	{ "paths", add_paths },
	{ "diffs", add_diffs },
	{ "hosts", add_hosts },
	{ "refused", add_refused },
	{ "back", add_back },
	{ "data", add_data },
	{ "script", add_script },
};

static int
put_part(struct page *p, const char *name, size_t len, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strlen(parts[i].name) != len || strncmp(parts[i].name, name, len) != 0)
			continue;
		if (parts[i].add(p, e) < 0)
			return -1;
		fwrite(p->text.data, 1, p->text.len, p->f);
		buf_reset(&p->text);
	}
	return 0;
}

int
page_put(const struct story *s, FILE *out, struct err *e)
{
	struct page p = { .story = s, .f = out, .text = BUF_INIT };
	const char *at = page_html_text;
	const char *open, *close;
	int rc = 0;

	while (rc == 0 && (open = strstr(at, "{{")) && (close = strstr(open, "}}"))) {
		fwrite(at, 1, (size_t)(open - at), out);
		rc = put_part(&p, open + 2, (size_t)(close - open) - 2, e);
		at = close + 2;
	}
	if (rc == 0)
		fputs(at, out);
	buf_release(&p.text);
	return rc < 0 ? -1 : p.incomplete;
}
