/* One row of a result. */
#include "config.h"

#include "cmd/ui/row.h"

#include <assert.h>
#include <string.h>

void
row_names(struct row *r, const struct cursor *c)
{
	int n = cursor_columns(c);

	memset(r, 0, sizeof(*r));
	for (int i = 0; i < n && i < ROW_FIELDS_MAX; i++)
		r->f[i].name = cursor_name(c, i);
	r->n = n < ROW_FIELDS_MAX ? (size_t)n : ROW_FIELDS_MAX;
}

void
row_load(struct row *r, const struct cursor *c)
{
	int n = cursor_columns(c);

	r->n = 0;
	for (int i = 0; i < n && i < ROW_FIELDS_MAX; i++) {
		struct field *f = &r->f[r->n++];

		f->name = cursor_name(c, i);
		f->type = cursor_type(c, i);
		f->number = f->type == CURSOR_INT ? cursor_int(c, i) : 0;
		f->text = cursor_text(c, i, &f->len);
	}
}

static struct field *
field_find(struct row *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->f[i].name, name) == 0)
			return &r->f[i];
	}
	return NULL;
}

const struct field *
row_get(const struct row *r, const char *name)
{
	static const struct field none = { .name = "" };

	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->f[i].name, name) == 0)
			return &r->f[i];
	}
	return &none;
}

bool
row_is_null(const struct row *r, const char *name)
{
	return row_get(r, name)->type == CURSOR_NULL;
}

const char *
row_text(const struct row *r, const char *name)
{
	return row_get(r, name)->text;
}

int64_t
row_int(const struct row *r, const char *name)
{
	return row_get(r, name)->number;
}

enum change_class
row_change_class(const struct row *r)
{
	const char *word = row_text(r, "change");
	int class = 0;

	while (class < CHANGE_COUNT && !(word && strcmp(word, change_names[class]) == 0))
		class++;
	return (enum change_class)class;
}

static struct field *
find_or_add(struct row *r, const char *name)
{
	struct field *f = field_find(r, name);

	if (f)
		return f;
	assert(r->n < ROW_FIELDS_MAX);
	f = &r->f[r->n++];
	f->name = name;
	return f;
}

void
row_set(struct row *r, const char *name, const char *text)
{
	struct field *f = find_or_add(r, name);

	f->type = text ? CURSOR_TEXT : CURSOR_NULL;
	f->text = text;
	f->len = text ? strlen(text) : 0;
	f->number = 0;
}

void
row_set_int(struct row *r, const char *name, int64_t number)
{
	struct field *f = find_or_add(r, name);

	f->type = CURSOR_INT;
	f->text = NULL;
	f->len = 0;
	f->number = number;
}

void
row_keep(struct row_copy *to, const struct row *from)
{
	const char *p;

	if (to->bytes.cap == 0)
		buf_init(&to->bytes);
	buf_reset(&to->bytes);
	to->r.n = from->n;
	for (size_t i = 0; i < from->n; i++) {
		to->r.f[i] = from->f[i];
		if (from->f[i].text)
			buf_add(&to->bytes, from->f[i].text, from->f[i].len + 1);
	}
	/* the buffer stands still only now */
	p = to->bytes.data;
	for (size_t i = 0; i < from->n; i++) {
		if (!from->f[i].text)
			continue;
		to->r.f[i].text = p;
		p += from->f[i].len + 1;
	}
}

void
row_copy_release(struct row_copy *c)
{
	if (c->bytes.cap > 0)
		buf_release(&c->bytes);
}
