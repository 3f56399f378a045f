/* Rows for programs. */
#include "config.h"

#include "cmd/ui/printer.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "base/utf8.h"

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

static void
json_add_text(struct buf *out, const struct field *f)
{
	struct buf text = BUF_INIT;

	buf_add(&text, f->text, f->len);
	if (is_time(f)) {
		text.data[10] = 'T';
		buf_addch(&text, 'Z');
	}
	quote_json(out, text.data, text.len);
	buf_release(&text);
}

/* SQLite writes a real as JSON wants it, but for infinity. */
static bool
is_json_number(const struct field *f)
{
	return f->len > 0 && isdigit((unsigned char)f->text[f->len - 1]);
}

static void
json_add_value(struct buf *out, const struct field *f)
{
	switch (f->type) {
	case CURSOR_INT:
		buf_addf(out, "%" PRId64, f->number);
		break;
	case CURSOR_REAL:
		buf_addstr(out, is_json_number(f) ? f->text : "null");
		break;
	case CURSOR_TEXT:
	case CURSOR_BLOB:
		json_add_text(out, f);
		break;
	case CURSOR_NULL:
		buf_addstr(out, "null");
		break;
	}
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

void
printer_add_json_row(struct buf *out, const struct row *r)
{
	buf_addch(out, '{');
	for (size_t i = 0; i < r->n; i++) {
		if (i > 0)
			buf_addch(out, ',');
		quote_json(out, r->f[i].name, strlen(r->f[i].name));
		buf_addch(out, ':');
		json_add_value(out, &r->f[i]);
		json_add_hex(out, &r->f[i]);
	}
	buf_addch(out, '}');
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
printer_begin(struct printer *p, FILE *out, enum format format, const struct row *names)
{
	memset(p, 0, sizeof(*p));
	p->out = out;
	p->format = format;
	buf_init(&p->line);
	if (format == FORMAT_JSON)
		buf_addch(&p->line, '[');
	if (format == FORMAT_CSV)
		csv_header(&p->line, names);
	flush_line(p);
}

void
printer_row(struct printer *p, const struct row *r)
{
	switch (p->format) {
	case FORMAT_JSON:
		buf_addstr(&p->line, p->n > 0 ? ",\n" : "\n");
		printer_add_json_row(&p->line, r);
		break;
	case FORMAT_NDJSON:
		printer_add_json_row(&p->line, r);
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
	case FORMAT_HTML:
	case FORMAT_MARKDOWN:
	case FORMAT_TAR:
	case FORMAT_DEB:
	case FORMAT_COUNT:
		break;
	}
	p->n++;
	flush_line(p);
}

void
printer_end(struct printer *p)
{
	if (p->format == FORMAT_JSON)
		fputs(p->n > 0 ? "\n]\n" : "]\n", p->out);
	printer_release(p);
}

void
printer_release(struct printer *p)
{
	if (p->out)
		buf_release(&p->line);
	p->out = NULL;
}

int
printer_cursor(FILE *out, enum format format, struct cursor *c, printer_change *change, void *context, struct err *e)
{
	struct printer p;
	struct row r;
	int more;

	row_names(&r, c);
	printer_begin(&p, out, format, &r);
	while ((more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		if (!change || change(&r, context))
			printer_row(&p, &r);
	}
	if (more == 0)
		printer_end(&p);
	printer_release(&p);
	return more;
}
