/* The changed paths as a folding tree of HTML that needs no script. */
#include "config.h"

#include "cmd/report/page_tree.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "cmd/report/data.h"
#include "cmd/report/markup.h"
#include "cmd/report/sentences.h"
#include "cmd/ui/text.h"

/* A parser of HTML has its own bound for what stands in what; below this all is one list. */
enum { PAGE_DEPTH_MAX = 40, PAGE_OPEN_MAX = 60 };

struct page_tree {
	struct buf *out;
	const struct story *story;
	const struct path_change **v;	/* a directory before what is in it */
};

/* A slash stands before every other byte, so that what is in a directory follows it at once. */
static int
compare_components(const void *a, const void *b)
{
	const unsigned char *x = (const unsigned char *)(*(const struct path_change *const *)a)->path;
	const unsigned char *y = (const unsigned char *)(*(const struct path_change *const *)b)->path;

	while (*x && *x == *y) {
		x++;
		y++;
	}
	if (*x == '/' || *y == '/')
		return !*x ? -1 : !*y ? 1 : *x == '/' ? -1 : 1;
	return (*x > *y) - (*x < *y);
}

static void
add_owners(struct page_tree *t, const struct file_state *f)
{
	struct buf name = BUF_INIT;

	data_add_owner(&name, t->story, false, f->uid);
	buf_addch(&name, ':');
	data_add_owner(&name, t->story, true, f->gid);
	markup_add_html(t->out, name.data);
	buf_release(&name);
}

static void
add_size(struct buf *out, const struct path_change *p)
{
	int64_t difference = number_subtract(p->after.size_bytes, p->before.size_bytes);

	if (sentence_side(p)->type != FILE_REGULAR || (p->class == CHANGE_ATTRIBUTES && difference == 0))
		return;
	if (p->class != CHANGE_CREATED)
		buf_addstr(out, difference < 0 ? "-" : "+");
	text_add_size(out, difference);
}

/* What stands behind a name: where a link leads, where it was before, whose it is, in what it differs. */
static void
add_remarks(struct buf *out, const struct story *s, const struct path_change *p)
{
	const char *package = story_package(s, p->path);
	char differs[64];

	if (sentence_side(p)->type == FILE_SYMLINK && sentence_side(p)->target) {
		buf_addstr(out, " <span class=\"more\">to ");
		markup_add_html(out, sentence_side(p)->target);
		buf_addstr(out, "</span>");
	}
	if (p->renamed_from && strcmp(p->renamed_from, p->path) != 0) {
		buf_addstr(out, " <span class=\"more\">was ");
		markup_add_html(out, p->renamed_from);
		buf_addstr(out, "</span>");
	}
	if (package) {
		buf_addstr(out, " <span class=\"more\">of package ");
		markup_add_html(out, package);
		buf_addstr(out, "</span>");
	}
	if (p->caller_log)
		buf_addstr(out, " <span class=\"more\">what the command printed</span>");
	if (p->caller_log || p->class == CHANGE_CREATED || p->class == CHANGE_DELETED ||
	    !change_differs_text(p->differs, differs))
		return;
	buf_addstr(out, " <span class=\"more\">");
	for (const char *c = differs; *c; c++)
		buf_addf(out, "%c%s", *c, *c == ',' ? " " : "");
	buf_addstr(out, "</span>");
}

/* The cells of a path: change, size, mode, owner. */
static void
add_cells(struct page_tree *t, const struct path_change *p)
{
	buf_addf(t->out, "<span class=\"kind\">%s</span><span class=\"size\">", change_names[p->class]);
	add_size(t->out, p);
	buf_addf(t->out, "</span><span class=\"mode\">%04" PRIo32 "</span><span class=\"owner\">", sentence_side(p)->mode);
	add_owners(t, sentence_side(p));
	buf_addstr(t->out, "</span>");
}

static void
add_leaf(struct page_tree *t, const struct path_change *p, size_t base)
{
	buf_addf(t->out, "<li class=\"%c\"><div class=\"row\"><span class=\"name\">", change_names[p->class][0]);
	markup_add_html(t->out, p->path[base] ? p->path + base : "/");
	if (sentence_side(p)->type == FILE_DIRECTORY && p->path[base])
		buf_addch(t->out, '/');
	add_remarks(t->out, t->story, p);
	buf_addstr(t->out, "</span>");
	add_cells(t, p);
	buf_addstr(t->out, "</div></li>\n");
}

/* What a directory that did not change itself holds. */
static void
add_sum(struct page_tree *t, size_t from, size_t to)
{
	int64_t bytes = 0;

	for (size_t i = from; i < to; i++)
		bytes = number_add(bytes, number_subtract(t->v[i]->after.size_bytes, t->v[i]->before.size_bytes));
	buf_addstr(t->out, "<span class=\"more\">");
	sentence_add_count(t->out, (int64_t)(to - from), "path", "paths");
	buf_addstr(t->out, "</span><span class=\"size\">");
	if (bytes != 0) {
		buf_addstr(t->out, bytes < 0 ? "-" : "");
		text_add_size(t->out, bytes);
	}
	buf_addstr(t->out, "</span><span class=\"mode\"></span><span class=\"owner\"></span>");
}

/* Where the component that begins at base ends; that of an uppermost directory has its slash. */
static size_t
component_end(const char *path, size_t base)
{
	base += path[base] == '/';
	return base + strcspn(path + base, "/");
}

/* The end of those from on that are the same up to len, or below that. */
static size_t
end_of_group(const struct page_tree *t, size_t from, size_t to, size_t len)
{
	size_t i = from + 1;

	while (i < to && strncmp(t->v[i]->path, t->v[from]->path, len) == 0 &&
	       (t->v[i]->path[len] == '/' || t->v[i]->path[len] == '\0'))
		i++;
	return i;
}

static void add_range(struct page_tree *t, size_t from, size_t to, size_t base, int depth);

/* Directories that hold nothing but one more, and did not change, are one line. */
static size_t
longest_label(const struct page_tree *t, size_t from, size_t to, size_t len)
{
	const char *first = t->v[from]->path;

	while (first[len] == '/') {
		size_t next = component_end(first, len + 1);

		if (end_of_group(t, from, to, next) != to || first[next] == '\0')
			break;
		len = next;
	}
	return len;
}

static void
add_directory(struct page_tree *t, size_t from, size_t to, size_t base, int depth)
{
	size_t len = longest_label(t, from, to, component_end(t->v[from]->path, base));
	const struct path_change *self = t->v[from]->path[len] == '\0' ? t->v[from] : NULL;
	bool open = depth == 0 || t->story->n_paths <= PAGE_OPEN_MAX;

	if (self)
		buf_addf(t->out, "<li class=\"%c\">", change_names[self->class][0]);
	else
		buf_addstr(t->out, "<li>");
	buf_addf(t->out, "<details%s><summary class=\"row\"><span class=\"name\">", open ? " open" : "");
	markup_add_html_bytes(t->out, t->v[from]->path + base, len - base);
	buf_addch(t->out, '/');
	if (self)
		add_remarks(t->out, t->story, self);
	buf_addstr(t->out, "</span>");
	if (self)
		add_cells(t, self);
	else
		add_sum(t, from, to);
	buf_addstr(t->out, "</summary>\n<ul>\n");
	add_range(t, from + (self ? 1 : 0), to, len + 1, depth + 1);
	buf_addstr(t->out, "</ul></details></li>\n");
}

static void
add_range(struct page_tree *t, size_t from, size_t to, size_t base, int depth)
{
	for (size_t i = from; i < to;) {
		size_t end = end_of_group(t, i, to, component_end(t->v[i]->path, base));

		if (depth >= PAGE_DEPTH_MAX || end == i + 1) {
			add_leaf(t, t->v[i], base);
			end = i + 1;
		} else {
			add_directory(t, i, end, base, depth);
		}
		i = end;
	}
}

/* "/" itself has no name to be a part of the tree. */
static size_t
add_root(struct page_tree *t, size_t n)
{
	if (n == 0 || strcmp(t->v[0]->path, "/") != 0)
		return 0;
	add_leaf(t, t->v[0], 1);
	return 1;
}

void
page_tree_add(struct buf *out, const struct story *s)
{
	struct page_tree t = { .out = out, .story = s, .v = xcalloc(s->n_first + 1, sizeof(*t.v)) };

	for (size_t i = 0; i < s->n_first; i++)
		t.v[i] = &s->first[i];
	qsort(t.v, s->n_first, sizeof(*t.v), compare_components);
	buf_addstr(out, "<ul>\n");
	add_range(&t, add_root(&t, s->n_first), s->n_first, 0, 0);
	buf_addstr(out, "</ul>\n");
	if (s->n_paths > (int64_t)s->n_first) {
		buf_addstr(out, "<p class=\"note cut\">The list is cut here: ");
		sentence_add_count(out, s->n_paths - (int64_t)s->n_first, "more path is", "more paths are");
		buf_addstr(out, " shown with scripts, or by <code>writetrace show</code>.</p>\n");
	}
	if (s->n_paths == 0)
		buf_addstr(out, "<p>No file was changed.</p>\n");
	free(t.v);
}
