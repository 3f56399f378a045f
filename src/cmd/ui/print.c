/* Rows for programs. */
#include "config.h"

#include "cmd/ui/print.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "store/json.h"

/* Columns that hold times: JSON has them as RFC 3339 wants them. */
static bool
is_time(const struct field *f)
{
	static const char *const names[] = {
		"started", "ended", "imported", "first", "last", "mtime_before", "mtime_after",
		"mtime_left", "mtime_now",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(f->name, names[i]) == 0)
			return f->len > 10 && f->text[10] == ' ';
	}
	return false;
}

static int
json_add_text(struct buf *out, struct store *store, const struct field *f, struct err *e)
{
	struct buf text = BUF_INIT;
	int rc;

	buf_add(&text, f->text, f->len);
	if (is_time(f)) {
		text.data[10] = 'T';
		buf_addch(&text, 'Z');
	}
	rc = json_quote(store, text.data, text.len, out, e);
	buf_release(&text);
	return rc;
}

/* SQLite writes a real as JSON wants it, but for infinity. */
static bool
is_json_number(const struct field *f)
{
	return f->len > 0 && isdigit((unsigned char)f->text[f->len - 1]);
}

static int
json_add_value(struct buf *out, struct store *store, const struct field *f, struct err *e)
{
	switch (f->type) {
	case CURSOR_INT:
		buf_addf(out, "%" PRId64, f->number);
		return 0;
	case CURSOR_REAL:
		buf_addstr(out, is_json_number(f) ? f->text : "null");
		return 0;
	case CURSOR_TEXT:
	case CURSOR_BLOB:
		return json_add_text(out, store, f, e);
	case CURSOR_NULL:
		break;
	}
	buf_addstr(out, "null");
	return 0;
}

/* What U+FFFD stands in for must not be lost: a path is its bytes. */
static void
json_add_hex(struct buf *out, const struct field *f)
{
	if ((f->type != CURSOR_TEXT && f->type != CURSOR_BLOB) || utf8_valid(f->text, f->len))
		return;
	buf_addf(out, ",\"%s_hex\":\"", f->name);
	for (size_t i = 0; i < f->len; i++)
		buf_addf(out, "%02x", (unsigned char)f->text[i]);
	buf_addch(out, '"');
}

/* The names that the views give their columns need no quoting; a stranger's history may have others. */
static int
json_add_key(struct buf *out, struct store *store, const char *name, struct err *e)
{
	if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0')
		buf_addf(out, "\"%s\"", name);
	else if (json_quote(store, name, strlen(name), out, e) < 0)
		return -1;
	buf_addch(out, ':');
	return 0;
}

int
print_add_json_row(struct buf *out, struct store *store, const struct row *r, struct err *e)
{
	buf_addch(out, '{');
	for (size_t i = 0; i < r->n; i++) {
		if (i > 0)
			buf_addch(out, ',');
		if (json_add_key(out, store, r->f[i].name, e) < 0)
			return -1;
		if (json_add_value(out, store, &r->f[i], e) < 0)
			return -1;
		json_add_hex(out, &r->f[i]);
	}
	buf_addch(out, '}');
	return 0;
}

/* RFC 4180: in quotes where a reader could take a byte for structure; the bytes as they are. */
static void
csv_add(struct buf *out, const char *text, size_t len)
{
	bool quote = memchr(text, ',', len) || memchr(text, '"', len) || memchr(text, '\r', len) ||
		     memchr(text, '\n', len);

	if (quote)
		buf_addch(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			buf_addch(out, '"');
		buf_addch(out, text[i]);
	}
	if (quote)
		buf_addch(out, '"');
}

static void
csv_header(struct buf *out, const struct row *names)
{
	for (size_t i = 0; i < names->n; i++) {
		if (i > 0)
			buf_addch(out, ',');
		csv_add(out, names->f[i].name, strlen(names->f[i].name));
	}
	buf_addstr(out, "\r\n");
}

static void
csv_row(struct buf *out, const struct row *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct field *f = &r->f[i];

		if (i > 0)
			buf_addch(out, ',');
		if (f->type == CURSOR_INT)
			buf_addf(out, "%" PRId64, f->number);
		else if (f->text)
			csv_add(out, f->text, f->len);
	}
	buf_addstr(out, "\r\n");
}

/* buf's own terminating NUL is the one that ends the path. */
static void
null_row(struct buf *out, const struct row *r)
{
	const struct field *f = row_get(r, "path");

	if (f->text)
		buf_add(out, f->text, f->len + 1);
}

static void
flush_line(struct printer *p)
{
	fwrite(p->line.data, 1, p->line.len, p->out);
	buf_reset(&p->line);
}

void
printer_begin(struct printer *p, FILE *out, enum format format, struct store *store,
	      const struct row *names)
{
	memset(p, 0, sizeof(*p));
	p->out = out;
	p->format = format;
	p->store = store;
	buf_init(&p->line);
	if (format == FORMAT_JSON)
		buf_addch(&p->line, '[');
	if (format == FORMAT_CSV)
		csv_header(&p->line, names);
	flush_line(p);
}

int
printer_row(struct printer *p, const struct row *r, struct err *e)
{
	int rc = 0;

	switch (p->format) {
	case FORMAT_JSON:
		buf_addstr(&p->line, p->n > 0 ? ",\n" : "\n");
		rc = print_add_json_row(&p->line, p->store, r, e);
		break;
	case FORMAT_NDJSON:
		rc = print_add_json_row(&p->line, p->store, r, e);
		buf_addch(&p->line, '\n');
		break;
	case FORMAT_CSV:
		csv_row(&p->line, r);
		break;
	case FORMAT_NULL:
		null_row(&p->line, r);
		break;
	case FORMAT_TEXT:
	case FORMAT_LIST:
	case FORMAT_HISTORY:
	case FORMAT_SH:
	case FORMAT_MTREE:
	case FORMAT_SHA256SUM:
	case FORMAT_POSTGRESQL:
	case FORMAT_COUNT:
		break;
	}
	if (rc < 0)
		buf_reset(&p->line);
	p->n++;
	flush_line(p);
	return rc;
}

void
printer_end(struct printer *p)
{
	if (p->format == FORMAT_JSON)
		fputs(p->n > 0 ? "\n]\n" : "]\n", p->out);
	buf_release(&p->line);
}

static int
print_rows(struct printer *p, struct cursor *c, print_change *change, void *context, struct err *e)
{
	struct row r;
	int more;

	while ((more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		if (change && !change(&r, context))
			continue;
		if (printer_row(p, &r, e) < 0)
			return -1;
	}
	return more;
}

int
print_cursor(FILE *out, enum format format, struct store *store, struct cursor *c,
	     print_change *change, void *context, struct err *e)
{
	struct printer p;
	struct row names;
	int rc;

	row_names(&names, c);
	printer_begin(&p, out, format, store, &names);
	rc = print_rows(&p, c, change, context, e);
	if (rc == 0)
		printer_end(&p);
	buf_release(&p.line);
	return rc;
}
