/* Fuzz base/quote, base/utf8 and the formats of cmd/ui/printer: what a reader of each takes out is what was put in. */
#include "config.h"

#include "fuzz.h"

#include <sqlite3.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "cmd/ui/printer.h"
#include "cmd/ui/row.h"

/* Nothing that a terminal obeys, and whole characters alone. */
static void
check_harmless(const struct buf *text)
{
	fuzz_check(utf8_valid(text->data, text->len));
	for (size_t i = 0; i < text->len;) {
		uint32_t c;

		i += utf8_decode(text->data + i, text->len - i, &c);
		fuzz_check(c >= 0x20 && !(c >= 0x7f && c < 0xa0));
	}
}

static const char *
read_dollar_quotes(const char *p, struct buf *out)
{
	static const char letters[] = "abtnvfr";

	while (*p != '\'') {
		const char *letter;

		fuzz_check(*p == '\\');
		p++;
		letter = strchr(letters, *p);
		if (letter && *p) {
			buf_addch(out, (char)(7 + (letter - letters)));
			p++;
			continue;
		}
		fuzz_check(strspn(p, "01234567") >= 3);
		buf_addch(out, (char)((p[0] - '0') << 6 | (p[1] - '0') << 3 | (p[2] - '0')));
		p += 3;
	}
	return p + 1;
}

/* A shell with $'...', as far as quote_shell() needs one; what it would expand or end a word at is a fault. */
static void
read_shell_word(const char *p, struct buf *out)
{
	fuzz_check(*p != '#' && *p != '~' && *p != '\0');
	while (*p) {
		size_t n;

		if (*p == '$') {
			fuzz_check(p[1] == '\'');
			p = read_dollar_quotes(p + 2, out);
		} else if (*p == '\'' || *p == '"') {
			n = strcspn(p + 1, *p == '"' ? "\"$`\\!" : "'");
			buf_add(out, p + 1, n);
			fuzz_check(p[n + 1] == *p);
			p += n + 2;
		} else if (*p == '\\') {
			fuzz_check(p[1] == '\'');
			buf_addch(out, '\'');
			p += 2;
		} else {
			fuzz_check(!strchr(" \t\n!&()*;<=>?[^`|", *p));
			buf_addch(out, *p++);
		}
	}
}

static void
check_shell(const char *text, size_t len)
{
	struct buf quoted = BUF_INIT, back = BUF_INIT;

	quote_shell(&quoted, text, len);
	check_harmless(&quoted);
	read_shell_word(quoted.data, &back);
	fuzz_check(back.len == len && memcmp(back.data, text, len) == 0);
	fuzz_check(quote_word_len(quoted.data) == quoted.len);
	buf_addstr(&quoted, " next");
	fuzz_check(quote_word_len(quoted.data) == quoted.len - 5);
	buf_release(&quoted);
	buf_release(&back);
}

/* Any POSIX shell, with the variables that the script sets before. */
static void
read_posix_word(const char *p, const bool used[256], struct buf *out)
{
	while (*p) {
		char quote = *p++;

		fuzz_check(quote == '\'' || quote == '"');
		while (*p != quote) {
			fuzz_check(*p);
			if (quote == '"' && *p == '$') {
				unsigned c = (unsigned)((p[2] - '0') << 6 | (p[3] - '0') << 3 | (p[4] - '0'));

				fuzz_check(p[1] == 'x' && strspn(p + 2, "01234567") >= 3 && c < 256 && used[c]);
				buf_addch(out, (char)c);
				p += 5;
				continue;
			}
			fuzz_check(quote == '\'' || !strchr("`\\", *p));
			buf_addch(out, *p++);
		}
		p++;
	}
}

static void
check_posix(const char *text, size_t len)
{
	struct buf quoted = BUF_INIT, back = BUF_INIT;
	bool used[256] = { false };

	quote_posix(&quoted, text, len, used);
	check_harmless(&quoted);
	fuzz_check(quoted.len > 0);
	read_posix_word(quoted.data, used, &back);
	fuzz_check(back.len == len && memcmp(back.data, text, len) == 0);
	buf_release(&quoted);
	buf_release(&back);
}

static void
check_message_and_scrub(const char *text, size_t len)
{
	struct buf message = BUF_INIT, clean = BUF_INIT, words = BUF_INIT;

	quote_message(&message, text, len);
	check_harmless(&message);
	utf8_scrub(&clean, text, len);
	fuzz_check(utf8_valid(clean.data, clean.len));
	if (utf8_valid(text, len))
		fuzz_check(clean.len == len && memcmp(clean.data, text, len) == 0);
	/* a command line is words with a NUL behind each */
	quote_words(&words, text, len);
	check_harmless(&words);
	buf_release(&message);
	buf_release(&clean);
	buf_release(&words);
}

/* --- rows, read back by SQLite's JSON functions, and by RFC 4180 --- */

static sqlite3 *reader;

static void
open_reader(void)
{
	if (!reader)
		fuzz_check(sqlite3_open(":memory:", &reader) == SQLITE_OK);
}

/* One value out of a JSON text; false where it is null or not there. */
static bool
json_value(const char *json, size_t len, const char *where, struct buf *out)
{
	static sqlite3_stmt *stmt;
	bool is;

	if (!stmt)
		fuzz_check(sqlite3_prepare_v2(reader, "SELECT json_extract(?1, ?2), json_valid(?1)", -1, &stmt, NULL) ==
			   SQLITE_OK);
	sqlite3_bind_text(stmt, 1, json, (int)len, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, where, -1, SQLITE_STATIC);
	fuzz_check(sqlite3_step(stmt) == SQLITE_ROW);
	fuzz_check(sqlite3_column_int(stmt, 1) == 1);
	is = sqlite3_column_type(stmt, 0) != SQLITE_NULL;
	if (is)
		buf_add(out, (const char *)sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
	sqlite3_reset(stmt);
	return is;
}

static void
unhex(const struct buf *hex, struct buf *out)
{
	for (size_t i = 0; i + 1 < hex->len; i += 2) {
		unsigned byte;

		fuzz_check(sscanf(hex->data + i, "%2x", &byte) == 1);
		buf_addch(out, (char)byte);
	}
}

/* The bytes are to be had from the text, or where it is none from its twin in hexadecimal. */
static void
check_json(const char *json, size_t json_len, const struct field *f)
{
	struct buf text = BUF_INIT, hex = BUF_INIT, back = BUF_INIT;

	if (json_value(json, json_len, "$.path_hex", &hex))
		unhex(&hex, &back);
	else if (json_value(json, json_len, "$.path", &text))
		buf_add(&back, text.data, text.len);
	fuzz_check(back.len == f->len && memcmp(back.data, f->text, f->len) == 0);
	fuzz_check(utf8_valid(json, json_len));
	buf_release(&text);
	buf_release(&hex);
	buf_release(&back);
}

/* The field at the head of p; returns where its separator stands. */
static const char *
csv_field(const char *p, const char *end, struct buf *out)
{
	if (p < end && *p == '"') {
		for (p++; p < end; p++) {
			if (*p == '"' && (p + 1 == end || p[1] != '"'))
				return p + 1;
			p += *p == '"';
			buf_addch(out, *p);
		}
		fuzz_check(!"an open quote at the end");
	}
	while (p < end && *p != ',' && *p != '\r') {
		fuzz_check(*p != '"' && *p != '\n');
		buf_addch(out, *p++);
	}
	return p;
}

static void
check_csv(const char *csv, size_t len, const struct field *f)
{
	const char *end = csv + len;
	const char *p = csv;
	struct buf field = BUF_INIT;

	fuzz_check(len > 11 && memcmp(p, "id,path,n\r\n", 11) == 0);
	p = csv_field(p + 11, end, &field);
	fuzz_check(*p == ',' && strcmp(field.data, "7") == 0);
	buf_reset(&field);
	p = csv_field(p + 1, end, &field);
	fuzz_check(*p == ',' && field.len == f->len && memcmp(field.data, f->text, f->len) == 0);
	buf_reset(&field);
	p = csv_field(p + 1, end, &field);
	fuzz_check(field.len == 0 && end - p == 2 && memcmp(p, "\r\n", 2) == 0);
	buf_release(&field);
}

static void
check_format(const struct row *r, enum format format)
{
	struct printer p;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	fuzz_check(out);
	printer_begin(&p, out, format, r);
	printer_row(&p, r);
	printer_end(&p);
	fclose(out);
	if (format == FORMAT_CSV)
		check_csv(text, len, &r->f[1]);
	else if (format == FORMAT_NULL)
		fuzz_check(len == r->f[1].len + 1 && memcmp(text, r->f[1].text, len) == 0);
	else if (format == FORMAT_JSON)
		check_json(text + 1, len - 4, &r->f[1]);	/* between [\n and \n]\n */
	else
		check_json(text, len, &r->f[1]);
	if (format == FORMAT_NDJSON)
		fuzz_check(memchr(text, '\n', len) == text + len - 1);
	free(text);
}

static void
check_rows(const char *text, size_t len)
{
	static const enum format formats[] = { FORMAT_JSON, FORMAT_NDJSON, FORMAT_CSV, FORMAT_NULL };
	struct row r = { .n = 3 };

	r.f[0] = (struct field){ .name = "id", .type = CURSOR_INT, .number = 7 };
	r.f[1] = (struct field){ .name = "path", .type = CURSOR_TEXT, .text = text, .len = len };
	r.f[2] = (struct field){ .name = "n", .type = CURSOR_NULL };
	open_reader();
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		check_format(&r, formats[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	size_t len = strlen(text);

	check_message_and_scrub(text, size);
	/* what a shell or a row gets is a string */
	check_shell(text, len);
	check_posix(text, len);
	check_rows(text, len);
	free(text);
	return 0;
}
