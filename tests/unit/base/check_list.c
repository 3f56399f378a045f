/* base/list: arrays that grow, and lookup in sorted ones. */
#include "config.h"

#include "base/list.h"

#include <stdlib.h>

#include "unit/unit.h"

static int
compare_ints(const void *key, const void *element)
{
	int a = *(const int *)key;
	int b = *(const int *)element;

	return (a > b) - (a < b);
}

START_TEST(an_array_keeps_what_was_added)
{
	int *list = NULL;
	size_t n = 0;

	for (int i = 0; i < 1000; i++)
		*LIST_ADD(list, n) = i;
	ck_assert_uint_eq(n, 1000);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(list[i], i);
	free(list);
}
END_TEST

static const int sorted[] = { 1, 3, 3, 3, 7 };

static const struct {
	int key;
	bool found;
	size_t at;
} lookups[] = {
	{ 0, false, 0 },
	{ 1, true, 0 },
	{ 2, false, 1 },
	{ 3, true, 1 },		/* the first of equal ones */
	{ 5, false, 4 },
	{ 7, true, 4 },
	{ 8, false, 5 },
};

START_TEST(a_lookup_tells_the_place_also_of_what_is_not_there)
{
	size_t at = 99;

	ck_assert_int_eq(list_find(&lookups[_i].key, sorted, ARRAY_SIZE(sorted), sizeof(sorted[0]), compare_ints, &at),
			 lookups[_i].found);
	ck_assert_uint_eq(at, lookups[_i].at);
}
END_TEST

START_TEST(an_empty_array_has_nothing)
{
	int key = 1;
	size_t at = 99;

	ck_assert(!list_find(&key, NULL, 0, sizeof(key), compare_ints, &at));
	ck_assert_uint_eq(at, 0);
}
END_TEST

START_TEST(what_is_put_in_keeps_an_array_sorted)
{
	int *list = NULL;
	size_t at;

	for (size_t n = 0; n < 100; n++) {
		int value = (int)(n * 37 % 100);

		ck_assert(!list_find(&value, list, n, sizeof(value), compare_ints, &at));
		list = list_insert(list, n, sizeof(value), at, &value);
	}
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(list[i], i);
	free(list);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("list");

	tcase_add_test(tc, an_array_keeps_what_was_added);
	tcase_add_loop_test(tc, a_lookup_tells_the_place_also_of_what_is_not_there, 0, ARRAY_SIZE(lookups));
	tcase_add_test(tc, an_empty_array_has_nothing);
	tcase_add_test(tc, what_is_put_in_keeps_an_array_sorted);
	return unit_run("list", tc);
}
