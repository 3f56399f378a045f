/* base/helper: a child's result, its end, and one that never ends. */
#include "config.h"

#include "base/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "unit/unit.h"

static void
say(void *context, struct buf *out)
{
	buf_addstr(out, context);
}

static void
say_much(void *context, struct buf *out)
{
	(void)context;
	for (int i = 0; i < 300000; i++)
		buf_addstr(out, "0123456789");
}

static void
die(void *context, struct buf *out)
{
	buf_addstr(out, "of no use");
	raise(*(int *)context);
}

/* Whether the descriptors given are open: 1 or 0 for each. */
static void
look_at_descriptors(void *context, struct buf *out)
{
	const int *fds = context;

	for (int i = 0; i < 2; i++)
		buf_addch(out, fcntl(fds[i], F_GETFD) >= 0 ? '1' : '0');
}

static void
hang(void *context, struct buf *out)
{
	(void)context;
	(void)out;
	for (;;)
		pause();
}

START_TEST(a_result_arrives_whole)
{
	struct buf out = BUF_INIT;
	char word[] = "result";

	ck_assert_int_eq(helper_run(say, word, NULL, 0, &out), 0);
	ck_assert_str_eq(out.data, word);
	buf_reset(&out);
	ck_assert_int_eq(helper_run(say_much, NULL, NULL, 0, &out), 0);
	ck_assert_uint_eq(out.len, 3000000);	/* more than a pipe holds */
	buf_release(&out);
}
END_TEST

START_TEST(one_that_dies_has_no_result)
{
	struct buf out = BUF_INIT;
	int signal = SIGKILL;

	ck_assert_int_eq(helper_run(die, &signal, NULL, 0, &out), -1);
	ck_assert_uint_eq(out.len, 0);
	buf_release(&out);
}
END_TEST

START_TEST(it_holds_no_descriptor_but_those_kept)
{
	struct buf out = BUF_INIT;
	int fds[2] = { open("/", O_PATH), open("/", O_PATH) };

	ck_assert_int_eq(helper_run(look_at_descriptors, fds, &fds[1], 1, &out), 0);
	ck_assert_str_eq(out.data, "01");
	close(fds[0]);
	close(fds[1]);
	buf_release(&out);
}
END_TEST

START_TEST(one_that_is_late_is_dropped_without_a_wait)
{
	struct helper h;
	pid_t pid;
	int status;

	ck_assert_int_eq(helper_start(&h, hang, NULL, NULL, 0), 0);
	ck_assert(!helper_is_late(&h));
	h.deadline_ns = 1;
	h.progress = 0;
	/* what it reads at its own start, whenever that is, gives it more time */
	while (!helper_is_late(&h))
		h.deadline_ns = 1;
	pid = h.pid;
	helper_drop(&h);
	ck_assert_int_eq(h.result_fd, -1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("helper");

	tcase_add_test(tc, a_result_arrives_whole);
	tcase_add_test(tc, one_that_dies_has_no_result);
	tcase_add_test(tc, it_holds_no_descriptor_but_those_kept);
	tcase_add_test(tc, one_that_is_late_is_dropped_without_a_wait);
	return unit_run("helper", tc);
}
