/* trace/placement: when tracer and tracee are to share a processor, and that nothing of it stays. */
#include "config.h"

#include "trace/placement.h"

#include <sched.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/helper.h"
#include "base/io.h"
#include "base/processor.h"
#include "unit/child.h"
#include "unit/unit.h"

enum { MANY = 100, FEW = 1, ALONE = 2, TOGETHER_ALONE = 3, CROWD = 4 };

static enum placement_step
look(struct placement_mind *m, unsigned long stops, long runnable)
{
	const struct placement_look l = { stops, runnable, false };

	return placement_decide(m, &l, 2);
}

/* How many looks with many stops and nobody else it takes to begin. */
static int
looks_until_begin(struct placement_mind *m)
{
	int looks = 1;

	while (look(m, MANY, ALONE) != PLACEMENT_BEGIN)
		ck_assert_int_lt(++looks, 5000);
	ck_assert(m->on);
	return looks;
}

START_TEST(it_begins_when_stops_are_dense_and_nobody_else_runs)
{
	struct placement_mind m = { 0 };

	ck_assert_int_eq(look(&m, MANY, ALONE), PLACEMENT_STAY);
	ck_assert_int_eq(look(&m, MANY, ALONE), PLACEMENT_BEGIN);
	ck_assert_int_eq(look(&m, MANY, TOGETHER_ALONE), PLACEMENT_STAY);
	ck_assert(m.on);
}
END_TEST

START_TEST(it_does_not_begin_beside_others_nor_for_a_few_stops)
{
	struct placement_mind m = { 0 };

	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(look(&m, MANY, CROWD), PLACEMENT_STAY);
		ck_assert_int_eq(look(&m, MANY, ALONE), PLACEMENT_STAY);
		ck_assert_int_ne(look(&m, FEW, ALONE), PLACEMENT_BEGIN);
	}
}
END_TEST

START_TEST(on_a_large_machine_a_few_others_are_elsewhere)
{
	const struct placement_look l = { MANY, ALONE + 4, false };
	struct placement_mind m = { 0 };

	ck_assert_int_eq(placement_decide(&m, &l, 16), PLACEMENT_STAY);
	ck_assert_int_eq(placement_decide(&m, &l, 16), PLACEMENT_BEGIN);
	m = (struct placement_mind){ 0 };
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(placement_decide(&m, &l, 15), PLACEMENT_STAY);
}
END_TEST

START_TEST(it_ends_at_once_where_the_tracer_may_starve)
{
	struct placement_mind m = { 0 };

	looks_until_begin(&m);
	ck_assert_int_eq(look(&m, FEW, TOGETHER_ALONE), PLACEMENT_END);
	ck_assert(!m.on);
}
END_TEST

START_TEST(it_ends_at_once_where_another_tracee_waits_and_does_not_begin)
{
	const struct placement_look waiting = { MANY, ALONE, true };
	struct placement_mind m = { 0 };

	looks_until_begin(&m);
	ck_assert_int_eq(placement_decide(&m, &waiting, 2), PLACEMENT_END);
	for (int i = 0; i < 5000; i++)
		ck_assert_int_eq(placement_decide(&m, &waiting, 2), PLACEMENT_STAY);
	ck_assert_int_eq(looks_until_begin(&m), 2);
}
END_TEST

START_TEST(where_it_is_refused_it_is_not_asked_for_soon)
{
	struct placement_mind m = { 0 };

	looks_until_begin(&m);
	placement_refused(&m);
	ck_assert(!m.on);
	ck_assert_int_gt(looks_until_begin(&m), 1000);
}
END_TEST

START_TEST(it_ends_in_a_crowd_that_stays)
{
	struct placement_mind m = { 0 };

	looks_until_begin(&m);
	ck_assert_int_eq(look(&m, MANY, CROWD), PLACEMENT_STAY);
	ck_assert_int_eq(look(&m, MANY, ALONE), PLACEMENT_STAY);
	ck_assert_int_eq(look(&m, MANY, CROWD), PLACEMENT_STAY);
	ck_assert_int_eq(look(&m, MANY, CROWD), PLACEMENT_END);
}
END_TEST

START_TEST(it_ends_when_stops_have_become_few)
{
	struct placement_mind m = { 0 };

	looks_until_begin(&m);
	for (int i = 0; i < 7; i++)
		ck_assert_int_eq(look(&m, FEW, ALONE), PLACEMENT_STAY);
	ck_assert_int_eq(look(&m, FEW, ALONE), PLACEMENT_END);
}
END_TEST

START_TEST(what_ends_soon_begins_later_each_time)
{
	struct placement_mind m = { 0 };
	int before = 0;

	looks_until_begin(&m);
	for (int i = 0; i < 12; i++) {
		int looks;

		ck_assert_int_eq(look(&m, FEW, TOGETHER_ALONE), PLACEMENT_END);
		looks = looks_until_begin(&m);
		ck_assert_int_ge(looks, before < 1000 ? 2 * before - 2 : before);
		before = looks;
	}
	ck_assert_int_ge(before, 1000);
	ck_assert_int_le(before, 1100);

	/* and soon again once it was worth it */
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(look(&m, MANY, ALONE), PLACEMENT_STAY);
	ck_assert_int_eq(look(&m, FEW, TOGETHER_ALONE), PLACEMENT_END);
	ck_assert_int_le(looks_until_begin(&m), 10);
}
END_TEST

START_TEST(nobody_looks_while_nothing_stops)
{
	struct placement_mind m = { 0 };

	for (int i = 0; i < 15; i++)
		ck_assert_int_eq(look(&m, 0, ALONE), PLACEMENT_STAY);
	ck_assert_int_eq(look(&m, 0, ALONE), PLACEMENT_SLEEP);
	ck_assert_int_eq(look(&m, MANY, ALONE), PLACEMENT_STAY);
	ck_assert_int_eq(look(&m, MANY, ALONE), PLACEMENT_BEGIN);
}
END_TEST

static void
put_load(int runnable)
{
	FILE *f = fopen("new", "w");

	ck_assert_ptr_nonnull(f);
	fprintf(f, "0.00 0.01 0.05 %d/123 4567\n", runnable);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(rename("new", "load"), 0);
}

static int
processors(void)
{
	cpu_set_t set;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(set), &set), 0);
	return CPU_COUNT(&set);
}

/* Asked in a process that only that is for. */
static bool
may_be_lent(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(processor_remember() ? 0 : 1);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

static void
say_what_we_are(void *context, struct buf *out)
{
	(void)context;
	buf_addf(out, "%d of %d", sched_getscheduler(0), processors());
}

/* Stops come until the tracer's class is this one. */
static void
stop_until(struct placement *t, pid_t tracee, bool others_wait, int class)
{
	while (sched_getscheduler(0) != class)
		placement_stop(t, tracee, others_wait);
}

START_TEST(the_tracer_is_lent_and_comes_back)
{
	struct buf is = BUF_INIT, was = BUF_INIT;
	struct child tracee;
	struct placement *t;

	if (!may_be_lent()) {
		child_skip("the_tracer_is_lent_and_comes_back", "there is one processor, or no right to come back");
		return;
	}
	unit_enter_scratch();
	tracee = child_start(NULL);
	say_what_we_are(NULL, &was);
	put_load(ALONE);
	t = placement_new("load");

	stop_until(t, tracee.pid, false, SCHED_IDLE);
	while (processors() != 1)
		placement_stop(t, tracee.pid, false);
	ck_assert_int_eq(helper_run(say_what_we_are, NULL, NULL, 0, &is), 0);
	ck_assert_str_eq(is.data, was.data);

	put_load(99);
	stop_until(t, tracee.pid, false, SCHED_OTHER);
	put_load(ALONE);
	stop_until(t, tracee.pid, false, SCHED_IDLE);

	/* others wait to be served */
	stop_until(t, tracee.pid, true, SCHED_OTHER);
	stop_until(t, tracee.pid, false, SCHED_IDLE);
	placement_free(t);
	buf_reset(&is);
	say_what_we_are(NULL, &is);
	ck_assert_str_eq(is.data, was.data);

	child_end(&tracee);
	buf_release(&is);
	buf_release(&was);
	unit_leave_scratch();
}
END_TEST

START_TEST(where_the_load_is_not_known_nothing_is_lent)
{
	int64_t until = clock_monotonic_ns() + NS_PER_SECOND / 4;
	struct child tracee = child_start(NULL);
	struct placement *t = placement_new("/nonexistent/loadavg");
	int class = sched_getscheduler(0);

	while (clock_monotonic_ns() < until) {
		placement_stop(t, tracee.pid, false);
		ck_assert_int_eq(sched_getscheduler(0), class);
	}
	placement_free(t);
	child_end(&tracee);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("together");

	tcase_add_test(tc, it_begins_when_stops_are_dense_and_nobody_else_runs);
	tcase_add_test(tc, it_does_not_begin_beside_others_nor_for_a_few_stops);
	tcase_add_test(tc, on_a_large_machine_a_few_others_are_elsewhere);
	tcase_add_test(tc, it_ends_at_once_where_the_tracer_may_starve);
	tcase_add_test(tc, it_ends_at_once_where_another_tracee_waits_and_does_not_begin);
	tcase_add_test(tc, where_it_is_refused_it_is_not_asked_for_soon);
	tcase_add_test(tc, it_ends_in_a_crowd_that_stays);
	tcase_add_test(tc, it_ends_when_stops_have_become_few);
	tcase_add_test(tc, what_ends_soon_begins_later_each_time);
	tcase_add_test(tc, nobody_looks_while_nothing_stops);
	tcase_add_test(tc, the_tracer_is_lent_and_comes_back);
	tcase_add_test(tc, where_the_load_is_not_known_nothing_is_lent);
	return unit_run("together", tc);
}
