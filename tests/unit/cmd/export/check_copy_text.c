/* cmd/export/copy_text: texts in the format of COPY. */
#include "config.h"

#include "cmd/export/copy_text.h"

#include "base/utf8.h"
#include "unit/unit.h"

static const struct {
	const char *bytes;
	size_t len;
	const char *text, *whole;
} values[] = {
	{ "/etc/passwd", 11, "/etc/passwd", "\\N" },
	{ "", 0, "", "\\N" },
	{ "\\N", 2, "\\\\N", "\\N" },			/* not NULL */
	{ "\\.", 2, "\\\\.", "\\N" },			/* not the end */
	{ "a\tb\nc\rd", 7, "a\\tb\\nc\\rd", "\\N" },
	{ "\\\n", 2, "\\\\\\n", "\\N" },
	{ "it's \"x\"; DROP", 14, "it's \"x\"; DROP", "\\N" },
	{ "\033[0m\001\177", 6, "\033[0m\001\177", "\\N" },
	{ "\xc3\xa4", 2, "\xc3\xa4", "\\N" },
	{ "x\xffy", 3, "x\xef\xbf\xbdy", "\\\\x78ff79" },
	{ "\xc3", 1, "\xef\xbf\xbd", "\\\\xc3" },
	{ "\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "\\\\xeda080" },
	{ "a\0\\", 3, "a\xef\xbf\xbd\\\\", "\\\\x61005c" },
	{ "\xef\xbf\xbd", 3, "\xef\xbf\xbd", "\\N" },	/* U+FFFD itself */
};

START_TEST(a_text_is_read_back_as_it_was)
{
	struct buf out = BUF_INIT;

	copy_text_add(&out, values[_i].bytes, values[_i].len);
	ck_assert_str_eq(out.data, values[_i].text);
	buf_release(&out);
}
END_TEST

START_TEST(what_a_text_cannot_hold_is_there_as_bytes)
{
	struct buf out = BUF_INIT;

	copy_text_add_bytes(&out, values[_i].bytes, values[_i].len);
	ck_assert_str_eq(out.data, values[_i].whole);
	buf_release(&out);
}
END_TEST

/* Whatever the bytes: one field on one line, of UTF-8 without NUL. */
START_TEST(no_byte_ends_a_field)
{
	struct buf out = BUF_INIT;

	for (int c = 0; c < 256; c++) {
		const char bytes[3] = { 'a', (char)c, '\\' };

		buf_reset(&out);
		copy_text_add(&out, bytes, sizeof(bytes));
		ck_assert_ptr_null(strpbrk(out.data, "\t\n\r"));
		ck_assert_uint_eq(strlen(out.data), out.len);
		ck_assert(utf8_valid(out.data, out.len));
		ck_assert_str_eq(out.data + out.len - 2, "\\\\");
	}
	buf_release(&out);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("postgresql");

	tcase_add_loop_test(tc, a_text_is_read_back_as_it_was, 0, ARRAY_SIZE(values));
	tcase_add_loop_test(tc, what_a_text_cannot_hold_is_there_as_bytes, 0, ARRAY_SIZE(values));
	tcase_add_test(tc, no_byte_ends_a_field);
	return unit_run("postgresql", tc);
}
