/* cmd/ui/printer, cmd/ui/columns, cmd/ui/text: rows for programs and for people. */
#include "config.h"

#include "cmd/ui/printer.h"

#include <locale.h>

#include "cmd/ui/columns.h"
#include "cmd/ui/text.h"
#include "unit/unit.h"

static char *text;
static size_t text_len;
static FILE *out;

static void
begin(void)
{
	out = open_memstream(&text, &text_len);
	setenv("TZ", "UTC", 1);
}

static void
end(void)
{
	fclose(out);
	free(text);
}

static void
add_field(struct row *r, const char *name, const char *value, size_t len)
{
	struct field *f = &r->f[r->n++];

	*f = (struct field){ .name = name, .type = value ? CURSOR_TEXT : CURSOR_NULL, .text = value,
			     .len = len };
}

/* What is printed for one row with a path and a value. */
static const char *
print_one(enum format format, const char *name, const char *value, size_t len)
{
	struct row r = { .n = 0 };
	struct printer p;

	add_field(&r, "path", "/p", 2);
	add_field(&r, name, value, len);
	printer_begin(&p, out, format, &r);
	printer_row(&p, &r);
	printer_end(&p);
	ck_assert_int_eq(fflush(out), 0);
	return text;
}

static const struct {
	const char *name, *value, *want;
} json[] = {
	{ "x", NULL, "[\n{\"path\":\"/p\",\"x\":null}\n]\n" },
	{ "x", "", "[\n{\"path\":\"/p\",\"x\":\"\"}\n]\n" },
	{ "x", "a\"b\\c\n\033", "[\n{\"path\":\"/p\",\"x\":\"a\\\"b\\\\c\\n\\u001b\"}\n]\n" },
	{ "x", "\xc3\xa4", "[\n{\"path\":\"/p\",\"x\":\"\xc3\xa4\"}\n]\n" },
	/* not UTF-8: the bytes stand beside */
	{ "x", "a\xff", "[\n{\"path\":\"/p\",\"x\":\"a\xef\xbf\xbd\",\"x_hex\":\"61ff\"}\n]\n" },
	/* times as RFC 3339 has them, in columns that are times alone */
	{ "started", "2026-11-21 23:39:32.123",
	  "[\n{\"path\":\"/p\",\"started\":\"2026-11-21T23:39:32.123Z\"}\n]\n" },
	{ "x", "2026-11-21 23:39:32.123", "[\n{\"path\":\"/p\",\"x\":\"2026-11-21 23:39:32.123\"}\n]\n" },
};

START_TEST(json_is_an_array_of_objects)
{
	const char *value = json[_i].value;

	ck_assert_str_eq(print_one(FORMAT_JSON, json[_i].name, value, value ? strlen(value) : 0),
			 json[_i].want);
}
END_TEST

static const struct {
	const char *value, *want;
} csv[] = {
	{ NULL, "path,x\r\n/p,\r\n" },
	{ "plain text", "path,x\r\n/p,plain text\r\n" },
	{ "a,b", "path,x\r\n/p,\"a,b\"\r\n" },
	{ "a\"b", "path,x\r\n/p,\"a\"\"b\"\r\n" },
	{ "a\nb", "path,x\r\n/p,\"a\nb\"\r\n" },
	{ "\xff", "path,x\r\n/p,\xff\r\n" },		/* bytes as they are */
};

START_TEST(csv_is_as_rfc_4180_wants_it)
{
	const char *value = csv[_i].value;

	ck_assert_str_eq(print_one(FORMAT_CSV, "x", value, value ? strlen(value) : 0), csv[_i].want);
}
END_TEST

START_TEST(null_is_bare_paths)
{
	print_one(FORMAT_NULL, "x", "y", 1);
	ck_assert_uint_eq(text_len, 3);
	ck_assert_mem_eq(text, "/p\0", 3);
}
END_TEST

START_TEST(ndjson_is_an_object_a_line)
{
	ck_assert_str_eq(print_one(FORMAT_NDJSON, "x", "a\nb", 3), "{\"path\":\"/p\",\"x\":\"a\\nb\"}\n");
}
END_TEST

START_TEST(no_rows_are_an_empty_array_and_a_header)
{
	struct row names = { .n = 0 };
	struct printer p;

	add_field(&names, "path", NULL, 0);
	printer_begin(&p, out, FORMAT_JSON, &names);
	printer_end(&p);
	printer_begin(&p, out, FORMAT_CSV, &names);
	printer_end(&p);
	fflush(out);
	ck_assert_str_eq(text, "[]\npath\r\n");
}
END_TEST

START_TEST(columns_are_two_spaces_apart_and_the_last_is_unpadded)
{
	static const struct column heads[] = {
		{ "RUN", true, 0 }, { "NAME", false, 0 }, { "COMMAND", false, 0 },
	};
	struct output o = { .f = out };
	struct columns t;

	columns_init(&t, heads, 3);
	columns_add_int(&t, 5, STYLE_NONE);
	columns_add(&t, "hello", STYLE_NONE);
	columns_add(&t, "make install", STYLE_NONE);
	columns_add_int(&t, 12345, STYLE_NONE);
	columns_add(&t, "-", STYLE_GREEN);		/* no colours: no codes */
	columns_add(&t, "x", STYLE_NONE);
	columns_print(&t, &o, true);
	columns_release(&t);
	fflush(out);
	ck_assert_str_eq(text, "  RUN  NAME   COMMAND\n"
			       "    5  hello  make install\n"
			       "12345  -      x\n");
}
END_TEST

START_TEST(widths_are_those_of_a_terminal)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return;
	ck_assert_int_eq(columns_text_width("abc"), 3);
	ck_assert_int_eq(columns_text_width("\xc3\xa4"), 1);
	ck_assert_int_eq(columns_text_width("\xe6\xbc\xa2"), 2);	/* a wide character */
	ck_assert_int_eq(columns_text_width("e\xcc\x81"), 1);		/* a combining one */
}
END_TEST

START_TEST(only_the_last_column_is_cut_and_only_on_a_terminal)
{
	static const struct column heads[] = { { "A", false, 0 }, { "B", false, 0 } };
	struct output o = { .f = out, .width = 16 };
	struct columns t;

	columns_init(&t, heads, 2);
	columns_add(&t, "0123", STYLE_NONE);
	columns_add(&t, "0123456789abc", STYLE_NONE);
	columns_print(&t, &o, true);
	columns_print(&t, &o, false);
	columns_release(&t);
	fflush(out);
	ck_assert_str_eq(text, "A     B\n0123  0123456...\nA     B\n0123  0123456789abc\n");
}
END_TEST

static const struct {
	int64_t bytes;
	const char *want;
} sizes[] = {
	{ 0, "0 bytes" },
	{ 1, "1 byte" },
	{ 1023, "1023 bytes" },
	{ 1024, "1.0 KiB" },
	{ 43622, "42.6 KiB" },
	{ 1048575, "1.0 MiB" },
	{ 92379546, "88.1 MiB" },
	{ INT64_MAX, "8.0 EiB" },
	{ -2048, "2.0 KiB" },
	{ INT64_MIN, "8.0 EiB" },
};

START_TEST(sizes_are_in_binary_units)
{
	struct buf b = BUF_INIT;

	text_add_size(&b, sizes[_i].bytes);
	ck_assert_str_eq(b.data, sizes[_i].want);
	buf_release(&b);
}
END_TEST

START_TEST(times_are_local)
{
	struct buf b = BUF_INIT;

	setenv("TZ", "UTC-2", 1);	/* two hours east */
	text_add_view_time(&b, "2026-11-14 23:30:00.500", "%Y-%m-%d %H:%M");
	buf_addch(&b, '|');
	text_add_view_time(&b, NULL, "%Y");
	buf_addch(&b, '|');
	text_add_view_time(&b, "\033[2J", "%Y");	/* from a hostile history */
	ck_assert_str_eq(b.data, "2026-11-15 01:30|-|''$'\\033''[2J'");
	buf_release(&b);
}
END_TEST

static const struct {
	const char *path, *type, *target, *want;
} paths[] = {
	{ "/a", "file", NULL, "/a" },
	{ "/a", "directory", NULL, "/a/" },
	{ "/a b", "directory", NULL, "'/a b'/" },
	{ "/", "directory", NULL, "/" },
	{ "/a", "symlink", "b c", "/a -> 'b c'" },
	{ "/a", NULL, NULL, "/a" },
};

START_TEST(paths_show_what_they_are)
{
	struct buf b = BUF_INIT;

	text_add_path(&b, paths[_i].path, paths[_i].type, paths[_i].target);
	ck_assert_str_eq(b.data, paths[_i].want);
	buf_release(&b);
}
END_TEST

START_TEST(a_record_can_be_kept_and_changed)
{
	struct row_copy copy = { 0 };
	struct row r = { .n = 0 };
	char bytes[] = "abc";

	add_field(&r, "a", bytes, 3);
	add_field(&r, "b", NULL, 0);
	row_keep(&copy, &r);
	bytes[0] = 'X';
	ck_assert_str_eq(row_text(&copy.r, "a"), "abc");
	ck_assert_ptr_null(row_text(&copy.r, "b"));
	ck_assert_ptr_null(row_text(&copy.r, "nope"));
	row_set(&copy.r, "b", "new");
	ck_assert_str_eq(row_text(&copy.r, "b"), "new");
	ck_assert_int_eq(row_int(&copy.r, "b"), 0);
	ck_assert_uint_eq(copy.r.n, 2);
	row_copy_release(&copy);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("printer");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, json_is_an_array_of_objects, 0, ARRAY_SIZE(json));
	tcase_add_loop_test(tc, csv_is_as_rfc_4180_wants_it, 0, ARRAY_SIZE(csv));
	tcase_add_test(tc, null_is_bare_paths);
	tcase_add_test(tc, ndjson_is_an_object_a_line);
	tcase_add_test(tc, no_rows_are_an_empty_array_and_a_header);
	tcase_add_test(tc, columns_are_two_spaces_apart_and_the_last_is_unpadded);
	tcase_add_test(tc, widths_are_those_of_a_terminal);
	tcase_add_test(tc, only_the_last_column_is_cut_and_only_on_a_terminal);
	tcase_add_loop_test(tc, sizes_are_in_binary_units, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, times_are_local);
	tcase_add_loop_test(tc, paths_show_what_they_are, 0, ARRAY_SIZE(paths));
	tcase_add_test(tc, a_record_can_be_kept_and_changed);
	return unit_run("printer", tc);
}
