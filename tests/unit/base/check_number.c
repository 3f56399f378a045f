/* base/number: sizes as people write them, and sums that do not fit. */
#include "config.h"

#include "base/number.h"

#include "unit/unit.h"

static const struct {
	const char *text;
	int64_t want;		/* -1: no size */
} sizes[] = {
	{ "0", 0 },
	{ "1", 1 },
	{ "10K", 10240 },
	{ "10k", 10240 },
	{ "10KiB", 10240 },
	{ "10KB", 10000 },
	{ "256M", 256LL << 20 },
	{ "3GB", 3000000000 },
	{ "1T", 1LL << 40 },
	{ "7E", 7LL << 60 },
	{ "9223372036854775807", INT64_MAX },
	{ "9223372036854775808", -1 },
	{ "8E", -1 },		/* overflows */
	{ "", -1 },
	{ "K", -1 },
	{ "-1", -1 },
	{ " 1", -1 },
	{ "1 ", -1 },
	{ "1.5M", -1 },
	{ "1KK", -1 },
	{ "1Ki", -1 },
	{ "1b", -1 },
	{ "0x10", -1 },
};

START_TEST(sizes_have_the_units_of_coreutils)
{
	int64_t got = 0;
	int rc = number_parse_size(sizes[_i].text, &got);

	ck_assert_int_eq(rc, sizes[_i].want < 0 ? -1 : 0);
	if (rc == 0)
		ck_assert_int_eq(got, sizes[_i].want);
}
END_TEST

START_TEST(a_sum_stays_in_the_range)
{
	ck_assert_int_eq(number_add(2, -3), -1);
	ck_assert_int_eq(number_add(INT64_MAX, 1), INT64_MAX);
	ck_assert_int_eq(number_add(INT64_MIN, -1), INT64_MIN);
	ck_assert_int_eq(number_subtract(2, 3), -1);
	ck_assert_int_eq(number_subtract(INT64_MIN, 1), INT64_MIN);
	ck_assert_int_eq(number_subtract(0, INT64_MIN), INT64_MAX);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("number");

	tcase_add_loop_test(tc, sizes_have_the_units_of_coreutils, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, a_sum_stays_in_the_range);
	return unit_run("number", tc);
}
