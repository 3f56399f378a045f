/* Three ways of files whose lines stand for themselves. */
#include "config.h"

#include "undo/line_merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"

struct line {
	const char *text;	/* borrowed */
	size_t len;		/* without its end */
	bool matched;		/* the other text has it too, or its counterpart is found */
};

struct lines {
	struct line *v;
	size_t n;
	bool keyed;
};

enum { NO_LINE = -1 };

bool
line_merge_knows(const char *path, bool *keyed)
{
	static const struct {
		const char *tail;
		bool keyed;
	} files[] = {
		{ "/etc/passwd", true }, { "/etc/group", true }, { "/etc/shadow", true }, { "/etc/gshadow", true },
		{ "/etc/subuid", false }, { "/etc/subgid", false }, { "/etc/hosts", false }, { "/etc/shells", false },
		{ "/etc/services", false }, { "/etc/protocols", false }, { "/etc/networks", false },
		{ "/etc/ethers", false }, { "/etc/fstab", false }, { "/etc/ld.so.conf", false },
	};
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		size_t tail = strlen(files[i].tail);

		if (len >= tail && strcmp(path + len - tail, files[i].tail) == 0) {
			*keyed = files[i].keyed;
			return true;
		}
	}
	return false;
}

static void
split_lines(const struct buf *text, struct lines *out)
{
	const char *at = text->data, *end = text->data + text->len;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((stop ? stop : end) - at);

		*LIST_ADD(out->v, out->n) = (struct line){ .text = at, .len = len };
		at += len + 1;
	}
}

static bool
same_line(const struct line *a, const struct line *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static size_t
key_length(const struct line *l)
{
	const char *colon = memchr(l->text, ':', l->len);

	return colon ? (size_t)(colon - l->text) : l->len;
}

static bool
same_key(const struct line *a, const struct line *b)
{
	size_t len = key_length(a);

	return len > 0 && len == key_length(b) && memcmp(a->text, b->text, len) == 0;
}

/* From the end, where lines are added. */
static int
find_line(const struct lines *in, const struct line *sought, bool (*same)(const struct line *a, const struct line *b))
{
	for (size_t i = in->n; i > 0; i--) {
		if (!in->v[i - 1].matched && same(&in->v[i - 1], sought))
			return (int)i - 1;
	}
	return NO_LINE;
}

/* What both have is matched: heads and tails at once, what lies between line by line. */
static void
match_lines(struct lines *a, struct lines *b)
{
	size_t head = 0, tail = 0;

	while (head < a->n && head < b->n && same_line(&a->v[head], &b->v[head])) {
		a->v[head].matched = b->v[head].matched = true;
		head++;
	}
	while (tail < a->n - head && tail < b->n - head && same_line(&a->v[a->n - 1 - tail], &b->v[b->n - 1 - tail])) {
		a->v[a->n - 1 - tail].matched = b->v[b->n - 1 - tail].matched = true;
		tail++;
	}
	for (size_t i = head; i < a->n - tail; i++) {
		int other = find_line(b, &a->v[i], same_line);

		if (other != NO_LINE)
			a->v[i].matched = b->v[other].matched = true;
	}
}

static bool
has_key(const struct lines *in, const struct line *l)
{
	return in->keyed && find_line(in, l, same_key) != NO_LINE;
}

/* A line that the runs put in place of another, or added. */
static bool
take_out(const struct line *added, struct lines *before, struct lines *now)
{
	int was = before->keyed ? find_line(before, added, same_key) : NO_LINE;
	int at = find_line(now, added, same_line);

	if (was == NO_LINE && at == NO_LINE)
		return !has_key(now, added);
	if (was == NO_LINE) {
		memmove(&now->v[at], &now->v[at + 1], (now->n - 1 - (size_t)at) * sizeof(*now->v));
		now->n--;
		return true;
	}
	before->v[was].matched = true;
	if (at == NO_LINE)
		return find_line(now, &before->v[was], same_line) != NO_LINE;
	now->v[at] = (struct line){ .text = before->v[was].text, .len = before->v[was].len };
	return true;
}

/* A line that the runs removed: behind the nearest of those before it that is there still. */
static bool
put_in(const struct lines *before, size_t gone, struct lines *now)
{
	struct line line = { .text = before->v[gone].text, .len = before->v[gone].len };
	int at = NO_LINE;

	if (find_line(now, &line, same_line) != NO_LINE)
		return true;
	if (has_key(now, &line))
		return false;
	for (size_t i = gone; i > 0 && at == NO_LINE; i--)
		at = find_line(now, &before->v[i - 1], same_line);
	now->v = list_insert(now->v, now->n, sizeof(line), at == NO_LINE && gone > 0 ? now->n : (size_t)(at + 1), &line);
	now->n++;
	return true;
}

static void
join_lines(const struct lines *lines, bool ended, struct buf *out)
{
	for (size_t i = 0; i < lines->n; i++) {
		buf_add(out, lines->v[i].text, lines->v[i].len);
		if (ended || i + 1 < lines->n)
			buf_addch(out, '\n');
	}
}

bool
line_merge(const struct buf *before, const struct buf *left, const struct buf *now, bool keyed, struct buf *out)
{
	struct lines was = { .keyed = keyed }, did = { .keyed = keyed }, is = { .keyed = keyed };
	bool clean = true;

	split_lines(before, &was);
	split_lines(left, &did);
	split_lines(now, &is);
	match_lines(&was, &did);
	for (size_t i = 0; clean && i < did.n; i++)
		clean = did.v[i].matched || take_out(&did.v[i], &was, &is);
	for (size_t i = 0; clean && i < was.n; i++)
		clean = was.v[i].matched || put_in(&was, i, &is);
	if (clean)
		join_lines(&is, now->len == 0 || now->data[now->len - 1] == '\n', out);
	free(was.v);
	free(did.v);
	free(is.v);
	return clean;
}
