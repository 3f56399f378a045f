/* trace/call: what becomes of a call by its outcome, where no tracee can be had that makes it. */
#include "config.h"

#include "trace/call.h"

#include <errno.h>

#include "trace/decode/decode.h"
#include "unit/unit.h"

/* The last blind spot that was told of; NULL: none. */
static const char *told;
static char detail[256];

static void
on_blind(void *context, uint32_t image, enum blind_kind kind, const char *text)
{
	(void)context;
	ck_assert_uint_eq(image, 7);
	told = blind_names[kind];
	snprintf(detail, sizeof(detail), "%s", text);
}

static const struct event_sink sink = { .blind = on_blind };
static const struct tracer_options options = { .filter = true };
static struct tracer tracer = { .sink = &sink, .options = &options };
static struct process process = { .pid = 1, .image = 7, .threads = 1, .mem_fd = -1 };
static struct tracee tracee;

static void
begin(void)
{
	syscalls_init();
	tracee = (struct tracee){ .tracer = &tracer, .tid = 1, .process = &process };
	told = NULL;
}

static void
enter(uint64_t number)
{
	struct __ptrace_syscall_info info = { .arch = abis[ABI_NATIVE].audit_arch, .entry = { .nr = number } };

	call_enter(&tracee, &info);
}

/* result: as the kernel gives it, an error's number below 0. */
static const struct {
	uint64_t number;
	int64_t result;
	const char *told;
} outcomes[] = {
	{ SYSCALL_NEWEST + 1, 0, "unknown-call" },
	{ SYSCALL_NEWEST + 1, 17, "unknown-call" },
	{ SYSCALL_NEWEST + 1, -EINVAL, "unknown-call" },	/* the kernel has it; what it did before is not known */
	{ SYSCALL_NEWEST + 1, -ENOSYS, NULL },
	{ SYSCALL_NEWEST + 1000, 0, "unknown-call" },
	{ UINT64_MAX, 0, NULL },				/* none: it was skipped */
};

START_TEST(a_call_that_we_do_not_know_is_told_of_if_the_kernel_knows_it)
{
	enter(outcomes[_i].number);
	call_leave(&tracee, outcomes[_i].result, outcomes[_i].result < 0);
	if (outcomes[_i].told) {
		char number[32];

		ck_assert_ptr_nonnull(told);
		ck_assert_str_eq(told, outcomes[_i].told);
		snprintf(number, sizeof(number), "number %llu;", (unsigned long long)outcomes[_i].number);
		ck_assert_ptr_nonnull(strstr(detail, number));
	} else {
		ck_assert_ptr_null(told);
	}
	ck_assert(!tracee.in_call);
}
END_TEST

/* On x86-64 that is x32: refused by the filter, or by us. */
START_TEST(a_number_beyond_the_limit_is_no_call)
{
	enter(abis[ABI_NATIVE].number_limit);
	call_leave(&tracee, 0, false);
	ck_assert_ptr_null(told);
	ck_assert(!tracee.in_call);
}
END_TEST

START_TEST(before_the_command_nothing_is_told)
{
	process.image = 0;
	enter(SYSCALL_NEWEST + 1);
	call_leave(&tracee, 0, false);
	process.image = 7;
	ck_assert_ptr_null(told);
}
END_TEST

/* The event of a new task comes before the exit stop of the call that made it (ptrace(2)). */
static const struct {
	bool forked;
	int64_t result;
	const char *told;
} clones[] = {
	{ true, 100, NULL },
	{ false, 100, "untraced" },
	{ false, -EAGAIN, NULL },
	{ true, -ERANGE, NULL },
};

START_TEST(a_clone_without_its_event_is_told_of)
{
	tracee.desc = syscalls_by_name("clone3");
	tracee.in_call = true;
	tracee.forked = clones[_i].forked;
	call_leave(&tracee, clones[_i].result, clones[_i].result < 0);
	if (clones[_i].told)
		ck_assert_str_eq(told, clones[_i].told);
	else
		ck_assert_ptr_null(told);
	tracee_end_call(&tracee);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("calls");

	tcase_add_checked_fixture(tc, begin, NULL);
	tcase_add_loop_test(tc, a_call_that_we_do_not_know_is_told_of_if_the_kernel_knows_it, 0, ARRAY_SIZE(outcomes));
	tcase_add_test(tc, a_number_beyond_the_limit_is_no_call);
	tcase_add_test(tc, before_the_command_nothing_is_told);
	tcase_add_loop_test(tc, a_clone_without_its_event_is_told_of, 0, ARRAY_SIZE(clones));
	return unit_run("calls", tc);
}
