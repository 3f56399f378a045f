/* base/err: what a message loses when it is too long, and what it never loses. */
#include "config.h"

#include "base/err.h"

#include <errno.h>

#include "unit/unit.h"

/* A path as long as the kernel takes one. */
static char path[4096];

static void
begin(void)
{
	memset(path, 'x', sizeof(path) - 1);
	memcpy(path, "/first/", 7);
}

static void
expect(const struct err *e, const char *head, const char *tail)
{
	size_t len = strlen(e->text);

	ck_assert_uint_lt(len, sizeof(e->text));
	ck_assert_msg(strncmp(e->text, head, strlen(head)) == 0, "%s", e->text);
	ck_assert_msg(len >= strlen(tail) && strcmp(e->text + len - strlen(tail), tail) == 0, "%s", e->text);
}

START_TEST(the_reason_stays_behind_a_long_path)
{
	struct err e = { 0 };

	errno = ENAMETOOLONG;
	ck_assert_int_eq(err_system(&e, "cannot open %s", path), -1);
	ck_assert_int_eq(e.sys, ENAMETOOLONG);
	ck_assert_int_eq(errno, ENAMETOOLONG);
	expect(&e, "cannot open /first/xxx", "xxx: File name too long");
	ck_assert_ptr_nonnull(strstr(e.text, "x...x"));
}
END_TEST

START_TEST(words_in_front_do_not_push_it_out)
{
	struct err e = { 0 };

	err_set(&e, ERR_INPUT, "%s is a symbolic link", path);
	expect(&e, "/first/", " is a symbolic link");
	err_prefix(&e, "cannot import %s", path);
	err_prefix(&e, "run %d", 7);
	ck_assert_int_eq(e.code, ERR_INPUT);
	expect(&e, "run 7: cannot import /first/", " is a symbolic link");
}
END_TEST

START_TEST(what_fits_is_whole)
{
	struct err e = { 0 };

	path[sizeof(e.text) - 1 - strlen(": No such file or directory")] = '\0';
	errno = ENOENT;
	err_system(&e, "%s", path);
	ck_assert_uint_eq(strlen(e.text), sizeof(e.text) - 1);
	ck_assert_ptr_null(strstr(e.text, "..."));
	expect(&e, path, ": No such file or directory");
	err_set(&e, ERR_USAGE, "%s", "");
	ck_assert_str_eq(e.text, "");
	err_prefix(&e, "a");
	ck_assert_str_eq(e.text, "a: ");
	ck_assert_int_eq(err_prefix(NULL, "a"), -1);
	ck_assert_int_eq(err_system(NULL, "a"), -1);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("err");

	setenv("LC_ALL", "C", 1);
	tcase_add_checked_fixture(tc, begin, NULL);
	tcase_add_test(tc, the_reason_stays_behind_a_long_path);
	tcase_add_test(tc, words_in_front_do_not_push_it_out);
	tcase_add_test(tc, what_fits_is_whole);
	return unit_run("err", tc);
}
