/* base/pack: what was packed is taken in the same order, and damage is told. */
#include "config.h"

#include "base/pack.h"

#include <string.h>

#include "unit/unit.h"

static struct packed
packed(const struct buf *b)
{
	return (struct packed){ .bytes = b->data, .len = b->len };
}

START_TEST(what_was_packed_is_taken)
{
	struct buf b = BUF_INIT;
	struct packed p;
	size_t len;

	pack_u32(&b, 7);
	pack_u64(&b, UINT64_MAX);
	pack_string(&b, "a");
	pack_bytes(&b, "x\0y", 3);
	p = packed(&b);
	ck_assert_uint_eq(pack_take_u32(&p), 7);
	ck_assert(pack_take_u64(&p) == UINT64_MAX);
	ck_assert_str_eq(pack_take_string(&p), "a");
	ck_assert_mem_eq(pack_take_bytes(&p, &len), "x\0y", 3);
	ck_assert_uint_eq(len, 3);
	ck_assert_uint_eq(p.at, p.len);
	ck_assert(!p.bad);
	buf_release(&b);
}
END_TEST

START_TEST(nothing_is_kept_apart_from_what_is_empty)
{
	struct buf b = BUF_INIT;
	struct packed p;
	size_t len = 1;

	pack_string(&b, NULL);
	pack_string(&b, "");
	pack_bytes(&b, NULL, 0);
	pack_bytes(&b, "", 0);
	p = packed(&b);
	ck_assert_ptr_null(pack_take_string(&p));
	ck_assert_str_eq(pack_take_string(&p), "");
	ck_assert_ptr_null(pack_take_bytes(&p, &len));
	ck_assert_ptr_nonnull(pack_take_bytes(&p, &len));
	ck_assert_uint_eq(len, 0);
	ck_assert(!p.bad);
	buf_release(&b);
}
END_TEST

/* Wherever the bytes are cut the field that is torn, and each behind it, reads as nothing. */
START_TEST(a_field_that_is_cut_is_damage)
{
	struct buf b = BUF_INIT;
	size_t whole;

	pack_string(&b, "name");
	whole = b.len;
	for (size_t len = 0; len < whole; len++) {
		struct packed p = { .bytes = b.data, .len = len };

		ck_assert_ptr_null(pack_take_string(&p));
		ck_assert(p.bad);
	}
	buf_release(&b);
}
END_TEST

START_TEST(a_string_without_its_end_is_damage)
{
	struct buf b = BUF_INIT;
	struct packed p;

	pack_bytes(&b, "ab", 2);
	p = packed(&b);
	ck_assert_ptr_null(pack_take_string(&p));
	ck_assert(p.bad);
	buf_release(&b);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("pack");

	tcase_add_test(tc, what_was_packed_is_taken);
	tcase_add_test(tc, nothing_is_kept_apart_from_what_is_empty);
	tcase_add_test(tc, a_field_that_is_cut_is_damage);
	tcase_add_test(tc, a_string_without_its_end_is_damage);
	return unit_run("pack", tc);
}
