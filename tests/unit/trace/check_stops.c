/* trace/stops: each stop and end is served once, and nobody's last because he is older. */
#include "config.h"

#include "trace/stops.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"
#include "trace/signals.h"
#include "unit/unit.h"

enum { CHILDREN = 5, ROUNDS = 40, MANY = 1000 };

/* How many there are said to be: few, or a crowd, where others do nothing. */
static const unsigned tasks[] = { CHILDREN, MANY };

static pid_t child[CHILDREN];	/* the eldest first */

/* Traced, in a stop; when it is let go on it stops anew. */
static void
start_children(void)
{
	for (int i = 0; i < CHILDREN; i++) {
		child[i] = fork();
		ck_assert_int_ge(child[i], 0);
		if (child[i] == 0) {
			if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
				_exit(1);
			while (raise(SIGSTOP) == 0)
				;
			_exit(1);
		}
	}
}

static void
end_children(void)
{
	for (int i = 0; i < CHILDREN; i++)
		kill(child[i], SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static bool
is_blocked(int signal)
{
	sigset_t now;

	ck_assert_int_eq(sigprocmask(SIG_SETMASK, NULL, &now), 0);
	return sigismember(&now, signal) == 1;
}

static int
index_of(pid_t pid)
{
	int i = 0;

	while (i < CHILDREN && child[i] != pid)
		i++;
	ck_assert_int_lt(i, CHILDREN);
	return i;
}

/* Until all whose stops have not been taken are stopped. */
static void
await_stops(const bool *taken)
{
	siginfo_t info;

	for (int i = 0; i < CHILDREN; i++) {
		if (!taken[i])
			ck_assert_int_eq(waitid(P_PID, (id_t)child[i], &info, WSTOPPED | WNOWAIT), 0);
	}
}

START_TEST(all_have_their_turn_however_quick_the_youngest_is)
{
	struct stops s = { 0 };
	int served[CHILDREN] = { 0 };

	start_children();
	for (int round = 0; round < ROUNDS; round++) {
		bool taken[CHILDREN] = { false };
		int status, i;

		await_stops(taken);	/* each has stopped again before the next one is taken */
		do {
			i = index_of(stops_next(&s, tasks[_i], &status));
			ck_assert(WIFSTOPPED(status));
			ck_assert(!taken[i]);
			taken[i] = true;
			served[i]++;
		} while (stops_any(&s));
		for (i = 0; i < CHILDREN; i++) {
			if (taken[i])
				ck_assert_int_eq(ptrace(PTRACE_CONT, child[i], NULL, NULL), 0);
		}
	}
	for (int i = 0; i < CHILDREN; i++)
		ck_assert_int_ge(served[i], ROUNDS - 4);
	ck_assert(s.several);
	stops_release(&s);
	end_children();
}
END_TEST

START_TEST(ends_are_handed_out_once_and_then_there_is_nobody)
{
	struct stops s = { 0 };
	bool seen[CHILDREN] = { false };
	int status;

	for (int i = 0; i < CHILDREN; i++) {
		child[i] = fork();
		ck_assert_int_ge(child[i], 0);
		if (child[i] == 0)
			_exit(i);
	}
	for (int n = 0; n < CHILDREN; n++) {
		int i = index_of(stops_next(&s, tasks[_i], &status));

		ck_assert(!seen[i]);
		seen[i] = true;
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), i);
	}
	ck_assert_int_eq(stops_next(&s, tasks[_i], &status), -1);
	ck_assert_int_eq(errno, ECHILD);
	stops_release(&s);
}
END_TEST

START_TEST(who_is_alone_is_not_looked_for_others)
{
	struct stops s = { 0 };
	bool taken[CHILDREN] = { false };
	int status;

	start_children();
	for (int round = 0; round < ROUNDS; round++) {
		pid_t pid;

		await_stops(taken);
		pid = stops_next(&s, 1, &status);
		ck_assert(!stops_any(&s));
		ck_assert(!s.several);
		ck_assert_int_eq(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
	}
	stops_release(&s);
	end_children();
}
END_TEST

START_TEST(a_crowd_is_not_searched_for_who_is_told_of)
{
	struct stops s = { 0 };
	bool taken[CHILDREN] = { false };
	int status;
	pid_t pid = 0;

	start_children();
	await_stops(taken);
	for (int i = 0; i < CHILDREN; i++)
		pid = stops_next(&s, MANY, &status);
	ck_assert(!stops_any(&s));
	ck_assert(is_blocked(SIGCHLD));
	for (int round = 0; round < ROUNDS; round++) {
		s.due_ns = INT64_MAX;	/* so that nobody is found by a search */
		ck_assert_int_eq(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
		ck_assert_int_eq(stops_next(&s, MANY, &status), pid);
		ck_assert(WIFSTOPPED(status));
	}
	stops_release(&s);
	ck_assert(!is_blocked(SIGCHLD));
	end_children();
}
END_TEST

/* The signals of those who stop together are one. */
START_TEST(who_was_not_told_of_is_found)
{
	struct stops s = { 0 };
	bool taken[CHILDREN] = { false };
	int status;

	start_children();
	await_stops(taken);
	for (int i = 0; i < CHILDREN; i++)
		(void)stops_next(&s, MANY, &status);
	memset(s.recent, 0, sizeof(s.recent));
	for (int i = 0; i < CHILDREN; i++)
		ck_assert_int_eq(ptrace(PTRACE_CONT, child[i], NULL, NULL), 0);
	await_stops(taken);
	ck_assert_int_gt(signals_await_stop(NS_PER_SECOND), 0);
	for (int i = 0; i < CHILDREN; i++) {
		s.due_ns = INT64_MAX;
		taken[index_of(stops_next(&s, MANY, &status))] = true;
	}
	for (int i = 0; i < CHILDREN; i++)
		ck_assert(taken[i]);
	stops_release(&s);
	end_children();
}
END_TEST

START_TEST(a_crowd_comes_and_goes)
{
	struct stops s = { 0 };
	bool taken[CHILDREN] = { false };
	int status;

	start_children();
	for (int round = 0; round < ROUNDS; round++) {
		pid_t pid;

		await_stops(taken);
		pid = stops_next(&s, round % 2 ? MANY : CHILDREN, &status);
		ck_assert_int_eq(is_blocked(SIGCHLD), s.crowd);
		while (stops_any(&s)) {
			ck_assert_int_eq(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
			pid = stops_next(&s, CHILDREN, &status);
		}
		ck_assert_int_eq(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
	}
	stops_release(&s);
	end_children();
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("stops");

	tcase_add_loop_test(tc, all_have_their_turn_however_quick_the_youngest_is, 0, ARRAY_SIZE(tasks));
	tcase_add_loop_test(tc, ends_are_handed_out_once_and_then_there_is_nobody, 0, ARRAY_SIZE(tasks));
	tcase_add_test(tc, who_is_alone_is_not_looked_for_others);
	tcase_add_test(tc, a_crowd_is_not_searched_for_who_is_told_of);
	tcase_add_test(tc, who_was_not_told_of_is_found);
	tcase_add_test(tc, a_crowd_comes_and_goes);
	return unit_run("stops", tc);
}
