/* One row of a result. */
#include "config.h"

#include "cmd/ui/row.h"

#include <assert.h>
#include <string.h>

void
record_names(struct record *r, const struct cursor *c)
{
	int n = cursor_columns(c);

	memset(r, 0, sizeof(*r));
	for (int i = 0; i < n && i < RECORD_FIELDS_MAX; i++)
		r->f[i].name = cursor_name(c, i);
	r->n = n < RECORD_FIELDS_MAX ? (size_t)n : RECORD_FIELDS_MAX;
}

void
record_load(struct record *r, const struct cursor *c)
{
	int n = cursor_columns(c);

	r->n = 0;
	for (int i = 0; i < n && i < RECORD_FIELDS_MAX; i++) {
		struct field *f = &r->f[r->n++];

		f->name = cursor_name(c, i);
		f->type = cursor_type(c, i);
		f->number = f->type == CURSOR_INT ? cursor_int(c, i) : 0;
		f->text = cursor_text(c, i, &f->len);
	}
}

static struct field *
find(struct record *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->f[i].name, name) == 0)
			return &r->f[i];
	}
	return NULL;
}

const struct field *
record_get(const struct record *r, const char *name)
{
	static const struct field none = { .name = "" };

	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->f[i].name, name) == 0)
			return &r->f[i];
	}
	return &none;
}

bool
record_is_null(const struct record *r, const char *name)
{
	return record_get(r, name)->type == CURSOR_NULL;
}

const char *
record_text(const struct record *r, const char *name)
{
	return record_get(r, name)->text;
}

int64_t
record_int(const struct record *r, const char *name)
{
	return record_get(r, name)->number;
}

static struct field *
find_or_add(struct record *r, const char *name)
{
	struct field *f = find(r, name);

	if (f)
		return f;
	assert(r->n < RECORD_FIELDS_MAX);
	f = &r->f[r->n++];
	f->name = name;
	return f;
}

void
record_set(struct record *r, const char *name, const char *text)
{
	struct field *f = find_or_add(r, name);

	f->type = text ? CURSOR_TEXT : CURSOR_NULL;
	f->text = text;
	f->len = text ? strlen(text) : 0;
	f->number = 0;
}

void
record_set_int(struct record *r, const char *name, int64_t number)
{
	struct field *f = find_or_add(r, name);

	f->type = CURSOR_INT;
	f->text = NULL;
	f->len = 0;
	f->number = number;
}

void
record_keep(struct record_copy *to, const struct record *from)
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
record_copy_release(struct record_copy *c)
{
	if (c->bytes.cap > 0)
		buf_release(&c->bytes);
}
