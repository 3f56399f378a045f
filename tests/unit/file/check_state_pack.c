/* file/state_pack: a state as bytes, as journals on disk hold it. */
#include "config.h"

#include "file/state_pack.h"

#include <string.h>

#include "file/state.h"
#include "unit/unit.h"

static char target[] = "to";
static char xattrs[] = "user.a\0\1\0\0\0v";

static const struct file_state whole = {
	.type = FILE_SYMLINK, .mode = 0777, .uid = 1, .gid = 2, .size_bytes = 3, .mtime_ns = 4, .ctime_ns = 5, .dev = 6,
	.ino = 7, .nlink = 8, .rdev = 9, .iflags = 10, .target = target, .xattrs = xattrs, .xattrs_len = sizeof(xattrs) - 1,
};

START_TEST(a_state_comes_back)
{
	struct buf b = BUF_INIT;
	struct packed p = { 0 };
	struct file_state s;

	state_pack(&b, &whole);
	p.bytes = b.data;
	p.len = b.len;
	state_pack_take(&p, &s);
	ck_assert(!p.bad && p.at == p.len);
	ck_assert_int_eq(s.type, whole.type);
	ck_assert_uint_eq(s.mode, whole.mode);
	ck_assert_uint_eq(s.uid, whole.uid);
	ck_assert_uint_eq(s.gid, whole.gid);
	ck_assert_int_eq(s.size_bytes, whole.size_bytes);
	ck_assert_int_eq(s.mtime_ns, whole.mtime_ns);
	ck_assert_int_eq(s.ctime_ns, whole.ctime_ns);
	ck_assert_uint_eq(s.dev, whole.dev);
	ck_assert_uint_eq(s.ino, whole.ino);
	ck_assert_uint_eq(s.nlink, whole.nlink);
	ck_assert_uint_eq(s.rdev, whole.rdev);
	ck_assert_uint_eq(s.iflags, whole.iflags);
	ck_assert_str_eq(s.target, "to");
	ck_assert_uint_eq(s.xattrs_len, whole.xattrs_len);
	ck_assert_mem_eq(s.xattrs, xattrs, whole.xattrs_len);
	state_release(&s);
	buf_release(&b);
}
END_TEST

/* Journals outlive the program that wrote them: another order or width makes them unreadable. */
START_TEST(the_layout_is_that_of_journals)
{
	struct buf b = BUF_INIT;
	uint32_t type, iflags;
	uint64_t size;

	state_pack(&b, &whole);
	ck_assert_uint_eq(b.len, 4 * 4 + 7 * 8 + 4 + (4 + sizeof(target)) + (4 + whole.xattrs_len));
	memcpy(&type, b.data, 4);
	memcpy(&size, b.data + 4 * 4, 8);
	memcpy(&iflags, b.data + 4 * 4 + 7 * 8, 4);
	ck_assert_uint_eq(type, FILE_SYMLINK);
	ck_assert(size == 3);
	ck_assert_uint_eq(iflags, 10);
	buf_release(&b);
}
END_TEST

START_TEST(an_unknown_type_is_nothing)
{
	struct file_state odd = whole;
	struct buf b = BUF_INIT;
	struct packed p = { 0 };
	struct file_state s;

	odd.type = (enum file_type)FILE_TYPE_COUNT;
	state_pack(&b, &odd);
	p.bytes = b.data;
	p.len = b.len;
	state_pack_take(&p, &s);
	ck_assert_int_eq(s.type, FILE_ABSENT);
	state_release(&s);
	buf_release(&b);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("state_pack");

	tcase_add_test(tc, a_state_comes_back);
	tcase_add_test(tc, the_layout_is_that_of_journals);
	tcase_add_test(tc, an_unknown_type_is_nothing);
	return unit_run("state_pack", tc);
}
