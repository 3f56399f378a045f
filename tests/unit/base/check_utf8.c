/* base/utf8: telling valid text from other bytes. */
#include "config.h"

#include "base/utf8.h"

#include "unit/unit.h"

static const struct {
	const char *bytes;
	size_t len;		/* of the first character; 0: not valid */
	uint32_t c;
} characters[] = {
	{ "a", 1, 'a' },
	{ "\x7f", 1, 0x7f },
	{ "\xc2\x80", 2, 0x80 },		/* the first of two bytes */
	{ "\xc3\xa4", 2, 0xe4 },
	{ "\xdf\xbf", 2, 0x7ff },
	{ "\xe0\xa0\x80", 3, 0x800 },
	{ "\xed\x9f\xbf", 3, 0xd7ff },		/* just below the surrogates */
	{ "\xee\x80\x80", 3, 0xe000 },
	{ "\xef\xbf\xbf", 3, 0xffff },
	{ "\xf0\x90\x80\x80", 4, 0x10000 },
	{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
	{ "\x80", 0, 0 },			/* a byte that only continues */
	{ "\xc0\x80", 0, 0 },			/* overlong */
	{ "\xc1\xbf", 0, 0 },
	{ "\xe0\x9f\xbf", 0, 0 },
	{ "\xf0\x8f\xbf\xbf", 0, 0 },
	{ "\xed\xa0\x80", 0, 0 },		/* a surrogate */
	{ "\xf4\x90\x80\x80", 0, 0 },		/* above U+10FFFF */
	{ "\xf5\x80\x80\x80", 0, 0 },
	{ "\xff", 0, 0 },
	{ "\xc3", 0, 0 },			/* cut off */
	{ "\xe2\x82", 0, 0 },
	{ "\xc3(", 0, 0 },
	{ "\xe2\x82(", 0, 0 },
};

START_TEST(decodes_exactly_the_valid_forms)
{
	const char *bytes = characters[_i].bytes;
	uint32_t c;

	ck_assert_uint_eq(utf8_decode(bytes, strlen(bytes), &c), characters[_i].len);
	if (characters[_i].len > 0)
		ck_assert_uint_eq(c, characters[_i].c);
	ck_assert_int_eq(utf8_valid(bytes, strlen(bytes)), characters[_i].len > 0);
}
END_TEST

START_TEST(never_looks_behind_the_given_length)
{
	uint32_t c;

	ck_assert_uint_eq(utf8_decode("\xe2\x82\xac", 2, &c), 0);
	ck_assert(!utf8_valid("a\xc3\xa4", 2));
	ck_assert(utf8_valid("", 0));
}
END_TEST

static const struct {
	const char *bytes, *want;
} scrubbed[] = {
	{ "", "" },
	{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
	{ "a\xff" "b", "a\xef\xbf\xbd" "b" },
	{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },	/* one for each byte */
	{ "\xc3", "\xef\xbf\xbd" },
};

START_TEST(scrubs_what_is_not_valid)
{
	struct buf out = BUF_INIT;

	utf8_scrub(&out, scrubbed[_i].bytes, strlen(scrubbed[_i].bytes));
	ck_assert_str_eq(out.data, scrubbed[_i].want);
	ck_assert(utf8_valid(out.data, out.len));
	buf_release(&out);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("utf8");

	tcase_add_loop_test(tc, decodes_exactly_the_valid_forms, 0, ARRAY_SIZE(characters));
	tcase_add_test(tc, never_looks_behind_the_given_length);
	tcase_add_loop_test(tc, scrubs_what_is_not_valid, 0, ARRAY_SIZE(scrubbed));
	return unit_run("utf8", tc);
}
