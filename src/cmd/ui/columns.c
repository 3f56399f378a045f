/* Text tables. */
#include "config.h"

#include "cmd/ui/columns.h"

#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/utf8.h"

void
columns_init(struct columns *t, const struct column *column, size_t n)
{
	memset(t, 0, sizeof(*t));
	t->column = column;
	t->n = n;
	t->width = xcalloc(n, sizeof(*t->width));
	buf_init(&t->cells);
	for (size_t i = 0; i < n; i++) {
		t->width[i] = column[i].head ? columns_text_width(column[i].head) : 0;
		if (t->width[i] < column[i].width)
			t->width[i] = column[i].width;
	}
}

/* The character at the head of text: its length in bytes, its width on a terminal. */
static size_t
next_character(const char *text, int *width)
{
	uint32_t c;
	size_t len = utf8_decode(text, strlen(text), &c);
	int w;

	*width = 1;
	if (len <= 1)
		return 1;
	w = wcwidth((wchar_t)c);
	if (w >= 0)
		*width = w;
	return len;
}

int
columns_text_width(const char *text)
{
	int sum = 0;

	while (*text) {
		int width;

		text += next_character(text, &width);
		sum += width;
	}
	return sum;
}

void
columns_add(struct columns *t, const char *text, enum style style)
{
	size_t at = t->n_cells++ % t->n;
	int width = columns_text_width(text);

	if (t->width[at] < width)
		t->width[at] = width;
	buf_addch(&t->cells, (char)style);
	buf_add(&t->cells, text, strlen(text) + 1);
}

void
columns_add_buf(struct columns *t, struct buf *text, enum style style)
{
	columns_add(t, text->data, style);
	buf_reset(text);
}

void
columns_add_int(struct columns *t, long long number, enum style style)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", number);
	columns_add(t, text, style);
}

static void
put_blanks(FILE *f, int n)
{
	fprintf(f, "%*s", n > 0 ? n : 0, "");
}

/* As much of text as fits, with a mark where something was cut off. */
static void
put_cut(FILE *f, const char *text, int room)
{
	const char *mark = strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? "\xe2\x80\xa6" : "...";
	int used = 0;

	if (columns_text_width(text) <= room) {
		fputs(text, f);
		return;
	}
	room -= columns_text_width(mark);
	for (;;) {
		int width;
		size_t len = next_character(text, &width);

		if (used + width > room)
			break;
		fwrite(text, 1, len, f);
		text += len;
		used += width;
	}
	fputs(mark, f);
}

/* The width that is left for the last column; 0: no limit. */
static int
room_for_last(const struct columns *t, const struct output *out, bool cut)
{
	int room = out->width;

	if (!cut || out->width == 0)
		return 0;
	for (size_t i = 0; i + 1 < t->n; i++)
		room -= t->width[i] + 2;
	return room > 10 ? room : 10;
}

static void
put_cell(const struct columns *t, const struct output *out, size_t at, const char *text,
	 enum style style, int room)
{
	bool last = at + 1 == t->n;
	int blanks = t->width[at] - columns_text_width(text);

	if (t->column[at].right)
		put_blanks(out->f, blanks);
	output_style(out, style);
	if (last && room > 0)
		put_cut(out->f, text, room);
	else
		fputs(text, out->f);
	output_plain(out, style);
	if (!t->column[at].right && !last)
		put_blanks(out->f, blanks);
	fputs(last ? "\n" : "  ", out->f);
}

void
columns_print(const struct columns *t, const struct output *out, bool cut)
{
	int room = room_for_last(t, out, cut);
	const char *cell = t->cells.data;

	for (size_t i = 0; i < t->n && t->column[i].head; i++)
		put_cell(t, out, i, t->column[i].head, STYLE_NONE, room);
	for (size_t i = 0; i < t->n_cells; i++) {
		put_cell(t, out, i % t->n, cell + 1, (enum style)cell[0], room);
		cell += 1 + strlen(cell + 1) + 1;
	}
}

void
columns_release(struct columns *t)
{
	free(t->width);
	t->width = NULL;
	buf_release(&t->cells);
}
