/* What every unit test ends with, and scratch places for those that need files. */
#ifndef WT_TESTS_UNIT_H
#define WT_TESTS_UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* Run one case of tests; the program's exit status. */
static inline int
unit_run(const char *name, TCase *tc)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 600);	/* for what never ends; Check's own four seconds pass on a busy machine */
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/*
 * A new directory as the working directory, below $UNIT_SCRATCH, which is canonical and short, or /tmp.  The process of a
 * test ends with it, so that it is emptied by name.
 */
static char unit_dir[64];

static inline void
unit_enter_scratch(void)
{
	const char *place = getenv("UNIT_SCRATCH");

	snprintf(unit_dir, sizeof(unit_dir), "%s/wt-unit.XXXXXX", place ? place : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(unit_dir));
	ck_assert_int_eq(chdir(unit_dir), 0);
}

static inline void
unit_leave_scratch(void)
{
	char command[128];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", unit_dir);
	ck_assert_int_eq(system(command), 0);
}

#endif
