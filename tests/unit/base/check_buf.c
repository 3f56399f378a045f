/* base/buf: a growing string of bytes. */
#include "config.h"

#include "base/buf.h"

#include "unit/unit.h"

START_TEST(is_an_empty_string_before_anything_was_added)
{
	struct buf b = BUF_INIT;

	ck_assert_str_eq(b.data, "");
	ck_assert_uint_eq(b.len, 0);
	buf_release(&b);
}
END_TEST

START_TEST(ends_with_nul_at_every_length)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < 300; i++) {
		buf_addch(&b, 'x');
		ck_assert_uint_eq(b.len, i + 1);
		ck_assert_uint_eq(strlen(b.data), i + 1);
	}
	buf_release(&b);
}
END_TEST

START_TEST(holds_bytes_that_are_nul)
{
	struct buf b = BUF_INIT;

	buf_add(&b, "a\0b", 3);
	ck_assert_uint_eq(b.len, 3);
	ck_assert_mem_eq(b.data, "a\0b", 4);
	buf_release(&b);
}
END_TEST

START_TEST(formats_what_is_longer_than_its_room)
{
	struct buf b = BUF_INIT;

	buf_addstr(&b, "<");
	buf_addf(&b, "%0200d", 7);
	ck_assert_uint_eq(b.len, 201);
	ck_assert_int_eq(b.data[200], '7');
	buf_release(&b);
}
END_TEST

START_TEST(truncate_never_makes_longer)
{
	struct buf b = BUF_INIT;

	buf_addstr(&b, "abc");
	buf_truncate(&b, 5);
	ck_assert_str_eq(b.data, "abc");
	buf_truncate(&b, 1);
	ck_assert_str_eq(b.data, "a");
	buf_reset(&b);
	ck_assert_str_eq(b.data, "");
	buf_release(&b);
}
END_TEST

START_TEST(detach_gives_a_string_even_of_nothing)
{
	struct buf b = BUF_INIT;
	char *s = buf_detach(&b);

	ck_assert_str_eq(s, "");
	free(s);
	buf_addstr(&b, "abc");
	s = buf_detach(&b);
	ck_assert_str_eq(s, "abc");
	ck_assert_uint_eq(b.len, 0);
	free(s);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("buf");

	tcase_add_test(tc, is_an_empty_string_before_anything_was_added);
	tcase_add_test(tc, ends_with_nul_at_every_length);
	tcase_add_test(tc, holds_bytes_that_are_nul);
	tcase_add_test(tc, formats_what_is_longer_than_its_room);
	tcase_add_test(tc, truncate_never_makes_longer);
	tcase_add_test(tc, detach_gives_a_string_even_of_nothing);
	return unit_run("buf", tc);
}
