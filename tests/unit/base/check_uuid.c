/* base/uuid: random names, also where nothing random is to be had. */
#include "config.h"

#include "base/uuid.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/random.h>

#include "unit/unit.h"

static void
assert_version_4(const char *uuid)
{
	static const char form[] = "xxxxxxxx-xxxx-4xxx-Vxxx-xxxxxxxxxxxx";

	ck_assert_uint_eq(strlen(uuid), sizeof(form) - 1);
	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		const char *allowed = form[i] == 'x' ? "0123456789abcdef" : form[i] == 'V' ? "89ab" : &form[i];

		if (form[i] == '-' || form[i] == '4')
			ck_assert_int_eq(uuid[i], form[i]);
		else
			ck_assert_ptr_nonnull(strchr(allowed, uuid[i]));
	}
}

static void
assert_all_differ(void)
{
	char a[UUID_TEXT + 1], b[UUID_TEXT + 1];

	uuid_make(a);
	assert_version_4(a);
	for (int i = 0; i < 1000; i++) {
		uuid_make(b);
		assert_version_4(b);
		ck_assert_str_ne(a, b);
		memcpy(a, b, sizeof(a));
	}
}

/* The test's own process is the only one that loses the call. */
static void
refuse(scmp_filter_ctx filter, int call)
{
	ck_assert_int_eq(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0), 0);
}

START_TEST(has_the_form_of_version_4)
{
	assert_all_differ();
}
END_TEST

START_TEST(without_getrandom)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	char byte;

	refuse(filter, SCMP_SYS(getrandom));
	ck_assert_int_eq(seccomp_load(filter), 0);
	seccomp_release(filter);
	ck_assert_int_eq(getrandom(&byte, 1, 0), -1);
	assert_all_differ();
}
END_TEST

START_TEST(without_anything_random)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	refuse(filter, SCMP_SYS(getrandom));
	refuse(filter, SCMP_SYS(openat));
	refuse(filter, SCMP_SYS(open));
	ck_assert_int_eq(seccomp_load(filter), 0);
	seccomp_release(filter);
	assert_all_differ();
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("uuid");

	tcase_add_test(tc, has_the_form_of_version_4);
	tcase_add_test(tc, without_getrandom);
	tcase_add_test(tc, without_anything_random);
	return unit_run("uuid", tc);
}
